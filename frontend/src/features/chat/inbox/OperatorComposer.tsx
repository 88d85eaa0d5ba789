import { Group, SegmentedControl, Text } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Conversation } from "@/api/types";
import { useAccount } from "@/api/useSession";
import { useOutbox } from "@/features/chat/api/useOutbox";
import { Composer } from "@/features/chat/thread/Composer";
import { type MessageKind, setComposerText, useChatState } from "@/realtime/chatStore";
import { CannedReplies } from "./CannedReplies";

/** Writes a reply to the client or a note for colleagues; only a note where no reply is allowed. */
export function OperatorComposer({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation("chat");
  const me = useAccount().id;
  const { id, state, operator } = conversation;
  const { send } = useOutbox(id);
  const [chosen, setChosen] = useState<MessageKind>("reply");
  const field = useRef<HTMLTextAreaElement>(null);
  const colleagues = state === "human_active" && operator?.id !== me;
  const notesOnly = colleagues || state === "resolved";
  const kind = notesOnly ? "note" : chosen;
  const text = useChatState(id, kind);

  const write = (next: MessageKind) => {
    setChosen(next);
    // Each kind has a field of its own, which exists after the next render.
    requestAnimationFrame(() => field.current?.focus());
  };
  useHotkeys([
    ["R", () => write("reply")],
    ["N", () => write("note")],
  ]);
  const hint = colleagues
    ? t("compose.colleagues", { name: operator?.name ?? t("someone") })
    : state === "resolved"
      ? t("compose.resolved")
      : state !== "human_active" && kind === "reply"
        ? t("compose.claims")
        : null;

  return (
    <Composer
      key={kind}
      id={id}
      note={kind === "note"}
      typingIn={kind === "note" ? undefined : id}
      field={field}
      onSend={(written) => send(written, kind === "note")}
      head={
        <Group mb="xs" gap="xs" wrap="nowrap">
          <SegmentedControl
            size="xs"
            style={{ flexShrink: 0 }}
            aria-label={t("queue.mode")}
            value={kind}
            onChange={(value) => write(value === "note" ? "note" : "reply")}
            data={[
              { value: "reply", label: t("queue.reply"), disabled: notesOnly },
              { value: "note", label: t("queue.note") },
            ]}
          />
          {hint && (
            <Text size="xs" c="dimmed" lineClamp={2}>
              {hint}
            </Text>
          )}
        </Group>
      }
      tools={
        kind === "reply" && (
          <CannedReplies
            onChoose={(reply) => {
              setComposerText(id, kind, text.trim() === "" ? reply : `${text.trimEnd()}\n${reply}`);
              requestAnimationFrame(() => field.current?.focus());
            }}
          />
        )
      }
    />
  );
}
