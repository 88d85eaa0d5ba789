import { Button, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconMessages, IconSearch } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ShowMore } from "@/components/ShowMore";
import { EmptyState, StateBlock } from "@/components/StateBlock";
import type { useConversations } from "@/features/chat/api/useConversations";
import { ConversationItem } from "@/features/chat/ConversationItem";
import { ConversationsLoading } from "@/features/chat/ConversationsLoading";
import { sortByActivity } from "@/features/chat/order";
import classes from "@/features/chat/panes.module.css";
import { SearchResults } from "./SearchResults";

type Props = {
  list: ReturnType<typeof useConversations>;
  chosen: string | undefined;
  onStart: () => void;
};

/** The conversations, or the search results while there is text in the search field. */
export function ConversationList({ list, chosen, onStart }: Props) {
  const { t } = useTranslation("chat");
  const [typed, setTyped] = useState("");
  const [q] = useDebouncedValue(typed.trim(), 250);
  return (
    <>
      <div className={classes.tools}>
        <TextInput
          type="search"
          aria-label={t("list.search")}
          placeholder={t("list.search")}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={typed}
          maxLength={200}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      </div>
      <div className={classes.scroll}>
        {typed.trim() !== "" ? (
          <SearchResults q={q} conversations={list.data ?? []} />
        ) : (
          <StateBlock
            query={list}
            skeleton={<ConversationsLoading />}
            isEmpty={(items) => items.length === 0}
            empty={
              <EmptyState
                icon={<IconMessages size={26} />}
                title={t("list.emptyTitle")}
                text={t("list.emptyText")}
                action={<Button onClick={onStart}>{t("start.open")}</Button>}
              />
            }
          >
            {(items) => (
              <nav aria-label={t("list.label")}>
                <ul className={classes.items}>
                  {sortByActivity(items).map((conversation) => (
                    <li key={conversation.id}>
                      <Link
                        to="/messages"
                        search={{ conversation: conversation.id }}
                        className={classes.item}
                        data-chosen={conversation.id === chosen}
                      >
                        <ConversationItem conversation={conversation} />
                      </Link>
                    </li>
                  ))}
                </ul>
              </nav>
            )}
          </StateBlock>
        )}
        {typed === "" && <ShowMore list={list} variant="subtle" fullWidth />}
      </div>
    </>
  );
}
