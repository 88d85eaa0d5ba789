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
import { useSendTyping } from "@/features/chat/api/useSendTyping";
import { setComposerText, useChatState } from "@/realtime/chatStore";
import { useConnection } from "@/realtime/LiveProvider";
import { isSendKey, MAX_MESSAGE_LENGTH } from "./messageInput";
import classes from "./thread.module.css";

type Props = {
  /** Where unsent text is stored: the conversation's id, or `help` for the help panel. */
  id: string;
  /** The conversation that shows "… is typing"; undefined for notes and before it exists. */
  typingIn?: string;
  note?: boolean;
  placeholder?: string;
  /** When it rejects, the text returns to the field. */
  onSend: (text: string) => unknown;
  /** Above the field. */
  head?: ReactNode;
  /** Beside the field, on its left. */
  tools?: ReactNode;
  field?: Ref<HTMLTextAreaElement>;
};

/** Enter sends, Shift+Enter starts a new line. */
export function Composer(props: Props) {
  const { id, typingIn, note = false, placeholder, onSend, head, tools, field } = props;
  const { t } = useTranslation("chat");
  const kind = note ? "note" : "reply";
  const text = useChatState(id, kind);
  const [filesRejected, setFilesRejected] = useState(false);
  const sendTyping = useSendTyping(typingIn);
  const { status } = useConnection();
  const disconnected = status === "offline" || status === "reconnecting";
  const left = MAX_MESSAGE_LENGTH - [...text.trim()].length;
  const sendable = text.trim() !== "" && left >= 0;

  const setText = (changed: string) => {
    setComposerText(id, kind, changed);
    setFilesRejected(false);
  };
  const send = async () => {
    if (!sendable) return;
    setText("");
    try {
      await onSend(text.trim());
    } catch {
      setText(text);
    }
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key === "Escape" && text !== "") event.stopPropagation();
    if (event.key === "Escape") event.currentTarget.blur();
    if (!isSendKey(event)) return;
    event.preventDefault();
    void send();
  };
  const rejectFiles = (event: ClipboardEvent | DragEvent, data: DataTransfer | null) => {
    if (!data || data.files.length === 0) return;
    event.preventDefault();
    setFilesRejected(true);
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
            setText(event.currentTarget.value);
            if (event.currentTarget.value.trim() !== "") sendTyping();
          }}
          onKeyDown={onKeyDown}
          onPaste={(event) => rejectFiles(event, event.clipboardData)}
          onDrop={(event) => rejectFiles(event, event.dataTransfer)}
          error={
            filesRejected ? t("compose.files") : left < 0 && t("compose.tooLong", { over: -left })
          }
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
      <Text size="xs" c="dimmed" mt={4} className={disconnected ? undefined : classes.hint}>
        {disconnected
          ? t("compose.offline")
          : left >= 0 && left < 500
            ? t("compose.left", { left })
            : t("compose.hint")}
      </Text>
    </div>
  );
}
