import { Group, Text } from "@mantine/core";
import { IconLock, IconRobot } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Message } from "@/api/types";
import { useFormat } from "@/i18n/format";
import { EditMessage } from "./EditMessage";
import { Markdown } from "./Markdown";
import { MessageMenu } from "./MessageMenu";
import type { Names } from "./names";
import type { Row } from "./rows";
import { Sources } from "./Sources";
import classes from "./thread.module.css";

type Props = {
  row: Extract<Row, { kind: "message" }>;
  names: Names;
  /** For the newest message of the reader: sent, or seen by whom. */
  delivery?: string;
  onFollow?: () => void;
};

/** The reader's messages are on the right, others on the left; notes have a colour. */
export function MessageRow({ row, names, delivery, onFollow }: Props) {
  const { message, first, last } = row;
  const { t } = useTranslation("chat");
  const [editing, setEditing] = useState(false);
  const { author, note, deleted_at } = message;
  const mine = author.id === names.me;
  return (
    <article
      className={classes.row}
      data-mine={mine || undefined}
      data-note={note || undefined}
      data-author={author.kind}
      data-seq={message.seq}
      data-first={first || undefined}
      aria-label={names.author(message)}
    >
      {first && ((!mine && names.many) || note) && (
        <Group gap={4} className={classes.name} wrap="nowrap">
          {author.kind === "assistant" && <IconRobot size={14} aria-hidden />}
          {note && <IconLock size={14} aria-hidden />}
          <Text span inherit truncate>
            {names.author(message)}
          </Text>
          {note && <Text inherit>· {t("thread.note")}</Text>}
        </Group>
      )}
      <div className={classes.content} data-editing={editing || undefined}>
        {mine && !deleted_at && !editing && (
          <MessageMenu message={message} onEdit={() => setEditing(true)} />
        )}
        <div className={classes.bubble} data-deleted={deleted_at ? true : undefined}>
          {deleted_at ? (
            <Text size="sm" fs="italic" c="dimmed">
              {t("thread.deleted")}
            </Text>
          ) : editing ? (
            <EditMessage message={message} onDone={() => setEditing(false)} />
          ) : (
            <Markdown text={message.text} />
          )}
          <Sources sources={message.sources} onFollow={onFollow} />
        </div>
      </div>
      {last && <Foot message={message} delivery={delivery} />}
    </article>
  );
}

function Foot({ message, delivery }: { message: Message; delivery?: string }) {
  const { t } = useTranslation("chat");
  const format = useFormat();
  const { created_at, edited_at, deleted_at } = message;
  return (
    <Text component="div" className={classes.foot}>
      <time dateTime={created_at} title={format.exact(created_at)}>
        {format.time(created_at)}
      </time>
      {edited_at && !deleted_at && (
        <span title={format.exact(edited_at)}> · {t("thread.edited")}</span>
      )}
      {delivery && (
        <>
          {" · "}
          <span data-testid="seen">{delivery}</span>
        </>
      )}
    </Text>
  );
}
