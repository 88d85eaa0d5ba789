import { SegmentedControl } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { ShowMore } from "@/components/ShowMore";
import { EmptyState, StateBlock } from "@/components/StateBlock";
import { ConversationItem } from "@/features/chat/ConversationItem";
import { ConversationsLoading } from "@/features/chat/ConversationsLoading";
import classes from "@/features/chat/panes.module.css";
import { type InboxView, inboxViews } from "@/features/chat/search";
import { InboxState } from "./InboxState";
import type { useInbox } from "./useInbox";

type Props = { inbox: ReturnType<typeof useInbox>; view: InboxView; chosen: string | undefined };

export function InboxList({ inbox, view, chosen }: Props) {
  const { t } = useTranslation("chat");
  const navigate = useNavigate();
  const { list, items, counts } = inbox;
  const box = useScrollToChosen(chosen);
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
          data={inboxViews.map((value) => ({
            value,
            label: (
              <>
                {t(`queue.${value}`)} <span className="digits">{counts[value]}</span>
              </>
            ),
          }))}
        />
      </div>
      <div className={classes.scroll} ref={box}>
        <StateBlock
          query={list}
          skeleton={<ConversationsLoading state />}
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
        <ShowMore list={list} variant="subtle" fullWidth />
      </div>
    </>
  );
}

/** A conversation chosen by keyboard may be outside the visible area. */
function useScrollToChosen(chosen: string | undefined) {
  const box = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once per choice
  useEffect(() => {
    box.current?.querySelector("[data-chosen=true]")?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  return box;
}
