import { Group, Highlight, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Conversation, Message } from "@/api/types";
import { useAccount } from "@/api/useSession";
import { ShowMore } from "@/components/ShowMore";
import { StateBlock } from "@/components/StateBlock";
import { useSearch } from "@/features/chat/api/useSearch";
import classes from "@/features/chat/panes.module.css";
import { useNames } from "@/features/chat/thread/names";
import { useFormat } from "@/i18n/format";
import { toPlainText } from "@/realtime/plainText";

type Props = { q: string; conversations: Conversation[] };

export function SearchResults({ q, conversations }: Props) {
  const { t } = useTranslation("chat");
  const results = useSearch(q);
  if (q.length < 2) return <Note>{t("list.shortSearch")}</Note>;
  return (
    <>
      <StateBlock
        query={results}
        height={200}
        isEmpty={(items) => items.length === 0}
        empty={<Note>{t("list.nothingFound", { q })}</Note>}
      >
        {(items) => (
          <ul className={classes.items} aria-label={t("list.found", { q })}>
            {items.map((message) => (
              <li key={message.id}>
                <Result
                  message={message}
                  q={q}
                  conversation={conversations.find(({ id }) => id === message.conversation_id)}
                />
              </li>
            ))}
          </ul>
        )}
      </StateBlock>
      <ShowMore list={results} variant="subtle" fullWidth />
    </>
  );
}

type ResultProps = { message: Message; q: string; conversation: Conversation | undefined };

function Result({ message, q, conversation }: ResultProps) {
  const { t } = useTranslation("chat");
  const format = useFormat();
  const me = useAccount();
  const { author } = message;
  const name =
    author.kind === "assistant"
      ? t("assistant")
      : author.id === me.id
        ? t("you")
        : (author.name ?? t("someone"));
  const search = { conversation: message.conversation_id, seq: message.seq };
  // Administrators' support conversations are not in this list but in the inbox.
  const inInbox = me.role === "admin" && conversation === undefined;
  return (
    <Link to={inInbox ? "/inbox" : "/messages"} search={search} className={classes.item}>
      <div className={classes.text}>
        <Group gap="xs" wrap="nowrap" justify="space-between" c="dimmed">
          <Text size="xs" truncate>
            {name}
            {conversation && <ConversationTitle conversation={conversation} author={author.id} />}
            {inInbox && ` · ${t("inbox")}`}
          </Text>
          <Text size="xs" className={classes.count}>
            <time dateTime={message.created_at} title={format.exact(message.created_at)}>
              {format.date(message.created_at)}
            </time>
          </Text>
        </Group>
        <Highlight size="sm" highlight={q} lineClamp={3}>
          {excerpt(toPlainText(message.text), q)}
        </Highlight>
      </div>
    </Link>
  );
}

/** The conversation's title, unless the author is the only other participant. */
function ConversationTitle({
  conversation,
  author,
}: {
  conversation: Conversation;
  author?: string | null;
}) {
  const names = useNames(conversation);
  const redundant = !names.many && author !== names.me;
  return redundant ? null : ` → ${names.title}`;
}

/** Cut the beginning of a long message, so that the match is in the visible lines. */
function excerpt(text: string, q: string): string {
  const at = text.toLocaleLowerCase().indexOf(q.toLocaleLowerCase());
  return at > 60 ? `…${text.slice(at - 40)}` : text;
}

function Note({ children }: { children: string }) {
  return (
    <Text size="sm" c="dimmed" p="md" role="status">
      {children}
    </Text>
  );
}
