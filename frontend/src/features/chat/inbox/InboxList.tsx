import { Button, SegmentedControl } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { EmptyState, StateBlock } from "@/components/StateBlock";
import { ConversationItem } from "@/features/chat/ConversationItem";
import classes from "@/features/chat/panes.module.css";
import { type InboxView, inboxViews } from "@/features/chat/search";
import { InboxState } from "./InboxState";
import type { useInbox } from "./useInbox";

type Props = { inbox: ReturnType<typeof useInbox>; view: InboxView; chosen: string | undefined };

/** Who waits, mine, all, resolved. */
export function InboxList({ inbox, view, chosen }: Props) {
  const { t } = useTranslation(["chat", "common"]);
  const navigate = useNavigate();
  const { list, items, counts } = inbox;
  const label = (of: InboxView) =>
    of === "waiting" || of === "mine" ? `${t(`queue.${of}`)} ${counts[of]}` : t(`queue.${of}`);
  return (
    <>
      <div className={classes.tools}>
        <SegmentedControl
          fullWidth
          size="xs"
          aria-label={t("queue.views")}
          value={view}
          onChange={(value) =>
            void navigate({
              to: "/inbox",
              search: { view: inboxViews.find((of) => of === value), conversation: chosen },
            })
          }
          data={inboxViews.map((value) => ({ value, label: label(value) }))}
        />
      </div>
      <div className={classes.scroll}>
        <StateBlock
          query={list}
          height={280}
          isEmpty={() => items.length === 0}
          empty={
            <EmptyState title={t(`queue.empty.${view}`)} text={t(`queue.empty.${view}Text`)} />
          }
        >
          {() => (
            <nav aria-label={t("list.label")}>
              <ul className={classes.items}>
                {items.map((conversation) => (
                  <li key={conversation.id}>
                    <Link
                      to="/inbox"
                      search={{ view, conversation: conversation.id }}
                      className={classes.item}
                      data-chosen={conversation.id === chosen}
                    >
                      <ConversationItem
                        conversation={conversation}
                        state={<InboxState conversation={conversation} />}
                      />
                    </Link>
                  </li>
                ))}
              </ul>
            </nav>
          )}
        </StateBlock>
        {list.hasNextPage && (
          <Button
            variant="subtle"
            fullWidth
            loading={list.isFetchingNextPage}
            onClick={() => void list.fetchNextPage()}
          >
            {t("common:action.showMore")}
          </Button>
        )}
      </div>
    </>
  );
}
