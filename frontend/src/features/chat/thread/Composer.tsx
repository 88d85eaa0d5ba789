import { ActionIcon, Group, Text, Textarea } from "@mantine/core";
import { IconSend2 } from "@tabler/icons-react";
import {
  type ClipboardEvent,
  type DragEvent,
  type KeyboardEvent,
  type ReactNode,
  type Ref,
  useState,
} from "react";
import { useTranslation } from "react-i18next";
import { useSayTyping } from "@/features/chat/api/useSayTyping";
import { useConnection } from "@/realtime/LiveProvider";
import { begin, isSend, LONGEST, useBegun } from "./composing";
import classes from "./thread.module.css";

type Props = {
  /** Under which what was begun is kept. */
  place: string;
  /** Whom typing is told to; nobody for notes and before the conversation has begun. */
  typingIn?: string;
  note?: boolean;
  placeholder?: string;
  /** May take a while: what was written comes back when it throws. */
  onSend: (text: string) => unknown;
  /** Above the field. */
  head?: ReactNode;
  /** Beside the field, on its left. */
  tools?: ReactNode;
  field?: Ref<HTMLTextAreaElement>;
};

/** Enter sends, Shift+Enter begins a new line. */
export function Composer(props: Props) {
  const { place, typingIn, note = false, placeholder, onSend, head, tools, field } = props;
  const { t } = useTranslation("chat");
  const text = useBegun(place);
  const [refused, setRefused] = useState(false);
  const sayTyping = useSayTyping(typingIn);
  const { status } = useConnection();
  const cut = status === "offline" || status === "reconnecting";
  const left = LONGEST - [...text.trim()].length;
  const sendable = text.trim() !== "" && left >= 0;

  const keep = (written: string) => {
    begin(place, written);
    setRefused(false);
  };
  const send = async () => {
    if (!sendable) return;
    const written = text;
    keep("");
    try {
      await onSend(written.trim());
    } catch {
      keep(written);
    }
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key === "Escape" && text !== "") event.stopPropagation();
    if (event.key === "Escape") event.currentTarget.blur();
    if (!isSend(event)) return;
    event.preventDefault();
    void send();
  };
  const refuseFiles = (event: ClipboardEvent | DragEvent, data: DataTransfer | null) => {
    if (!data || data.files.length === 0) return;
    event.preventDefault();
    setRefused(true);
  };

  return (
    <div className={classes.composer} data-note={note || undefined}>
      {head}
      <Group gap="xs" wrap="nowrap" align="flex-end">
        {tools}
        <Textarea
          ref={field}
          className={classes.field}
          aria-label={t(note ? "compose.noteLabel" : "compose.label")}
          placeholder={placeholder ?? t(note ? "compose.note" : "compose.placeholder")}
          autosize
          minRows={1}
          maxRows={8}
          value={text}
          onChange={(event) => {
            keep(event.currentTarget.value);
            if (event.currentTarget.value.trim() !== "") sayTyping();
          }}
          onKeyDown={onKeyDown}
          onPaste={(event) => refuseFiles(event, event.clipboardData)}
          onDrop={(event) => refuseFiles(event, event.dataTransfer)}
          error={refused ? t("compose.files") : left < 0 && t("compose.tooLong", { over: -left })}
        />
        <ActionIcon
          size={36}
          color={note ? "amber.8" : undefined}
          variant="filled"
          disabled={!sendable}
          aria-label={t(note ? "compose.sendNote" : "compose.send")}
          onClick={() => void send()}
        >
          <IconSend2 size={18} />
        </ActionIcon>
      </Group>
      <Text size="xs" c="dimmed" mt={4} className={cut ? undefined : classes.hint}>
        {cut
          ? t("compose.cut")
          : left >= 0 && left < 500
            ? t("compose.left", { left })
            : t("compose.hint")}
      </Text>
    </div>
  );
}
