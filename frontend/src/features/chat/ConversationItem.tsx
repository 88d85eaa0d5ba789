import { Avatar, Badge, Group, Text } from "@mantine/core";
import { IconMessageCircleQuestion } from "@tabler/icons-react";
import type { TFunction } from "i18next";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Conversation } from "@/api/types";
import { useNow } from "@/components/useNow";
import { useFormat } from "@/i18n/format";
import { dayIn } from "@/i18n/zone";
import { browserZone } from "@/i18n/zones";
import { toPlainText } from "@/realtime/plainText";
import classes from "./panes.module.css";
import { type Names, useNames } from "./thread/names";
import { OnlineDot } from "./thread/OnlineDot";
import { systemLine } from "./thread/systemLine";

/** A conversation in a list: its title, last message and number of unread messages. */
export function ConversationItem(props: { conversation: Conversation; state?: ReactNode }) {
  const { conversation, state } = props;
  const { t } = useTranslation("chat");
  const names = useNames(conversation);
  const { last_message: last, unread } = conversation;
  const others = conversation.participants.filter(({ id }) => id !== names.me);
  const other =
    conversation.kind === "support"
      ? others.find(({ id }) => id === conversation.client?.id)
      : others.length === 1
        ? others[0]
        : undefined;
  return (
    <>
      <div className={classes.avatarBox}>
        {conversation.kind === "support" && conversation.client?.id === names.me ? (
          <Avatar className={classes.avatar} color="petrol" size={38} aria-hidden>
            <IconMessageCircleQuestion size={22} />
          </Avatar>
        ) : (
          <Avatar
            className={classes.avatar}
            name={names.title}
            color="petrol"
            size={38}
            aria-hidden
          />
        )}
        {other?.online && (
          <span className={classes.dot}>
            <OnlineDot online />
          </span>
        )}
      </div>
      <div className={classes.text}>
        <Group gap={6} wrap="nowrap" justify="space-between">
          <Text size="sm" fw={unread ? 650 : 500} truncate>
            {names.title}
          </Text>
          {last && <ShortTime at={last.created_at} />}
        </Group>
        <Group gap={6} wrap="nowrap" justify="space-between" mih={20}>
          <Text size="xs" c={unread ? undefined : "dimmed"} truncate>
            {last ? previewOf(conversation, last, names, t) : t("thread.empty")}
          </Text>
          {unread ? (
            <Badge
              size="sm"
              className={classes.count}
              circle={unread < 10}
              aria-label={t("list.unread", { count: unread })}
            >
              {unread > 99 ? "99+" : unread}
            </Badge>
          ) : null}
        </Group>
        {state}
      </div>
    </>
  );
}

type Last = NonNullable<Conversation["last_message"]>;

function previewOf(
  { kind, client }: Conversation,
  last: Last,
  names: Names,
  t: TFunction<"chat">,
): string {
  const { author, event } = last;
  if (author.kind === "system") {
    // The title already names the client.
    const byClient = event?.kind === "handed_over" && event.actor && event.actor.id === client?.id;
    return byClient && client.id !== names.me ? t("list.askedPerson") : systemLine(t, last, names);
  }
  if (last.deleted_at) return t("thread.deleted");
  const text = toPlainText(last.text);
  if (author.kind === "assistant") return t("list.wrote", { name: t("assistant"), text });
  if (author.id === names.me) return t("list.wrote", { name: t("you"), text });
  return kind === "direct" && names.many
    ? t("list.wrote", { name: names.author(last), text })
    : text;
}

/** The time if it is today, else the day. */
function ShortTime({ at }: { at: string }) {
  const format = useFormat();
  const zone = browserZone();
  const today = dayIn(zone, at) === dayIn(zone, useNow());
  return (
    <Text size="xs" c="dimmed" style={{ flexShrink: 0 }}>
      <time dateTime={at} title={format.exact(at)}>
        {today ? format.time(at) : format.dayMonth(at)}
      </time>
    </Text>
  );
}
