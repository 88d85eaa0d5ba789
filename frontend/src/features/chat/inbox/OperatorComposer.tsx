import { Group, SegmentedControl, Text } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Conversation } from "@/api/types";
import { useAccount } from "@/api/useSession";
import { useOutbox } from "@/features/chat/api/useOutbox";
import { Composer } from "@/features/chat/thread/Composer";
import { begin, useBegun } from "@/features/chat/thread/composing";
import { CannedReplies } from "./CannedReplies";

type Mode = "reply" | "note";

/** A reply to the client, or a note that only colleagues see; where no reply is possible, the note is left. */
export function OperatorComposer({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation("chat");
  const me = useAccount().id;
  const { id, state, operator } = conversation;
  const { send } = useOutbox(id);
  const [wanted, setWanted] = useState<Mode>("reply");
  const field = useRef<HTMLTextAreaElement>(null);
  const others = state === "human_active" && operator?.id !== me;
  const mute = others || state === "resolved";
  const mode = mute ? "note" : wanted;
  const place = mode === "note" ? `${id}:note` : id;
  const text = useBegun(place);

  const write = (chosen: Mode) => {
    setWanted(chosen);
    // The field of the other mode is another one; it is there after the next drawing.
    requestAnimationFrame(() => field.current?.focus());
  };
  useHotkeys([
    ["R", () => write("reply")],
    ["N", () => write("note")],
  ]);
  const hint = others
    ? t("compose.othersTurn", { name: operator?.name ?? t("someone") })
    : state === "resolved"
      ? t("compose.resolved")
      : state !== "human_active" && mode === "reply"
        ? t("compose.claims")
        : null;

  return (
    <Composer
      key={place}
      place={place}
      note={mode === "note"}
      typingIn={mode === "note" ? undefined : id}
      field={field}
      onSend={(written) => send(written, mode === "note")}
      head={
        <Group mb="xs" gap="xs" wrap="nowrap">
          <SegmentedControl
            size="xs"
            style={{ flexShrink: 0 }}
            aria-label={t("queue.mode")}
            value={mode}
            onChange={(value) => write(value === "note" ? "note" : "reply")}
            data={[
              { value: "reply", label: t("queue.reply"), disabled: mute },
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
        mode === "reply" && (
          <CannedReplies
            onChoose={(reply) => {
              begin(place, text.trim() === "" ? reply : `${text.trimEnd()}\n${reply}`);
              requestAnimationFrame(() => field.current?.focus());
            }}
          />
        )
      }
    />
  );
}
