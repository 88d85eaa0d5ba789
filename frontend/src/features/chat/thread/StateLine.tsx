import { Group, Text } from "@mantine/core";
import { IconCheck, IconClock, IconRobot } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Conversation } from "@/api/types";
import { OnlineDot } from "./OnlineDot";

const icons = {
  ai_active: IconRobot,
  waiting_human: IconClock,
  human_active: null,
  resolved: IconCheck,
};

/** For clients: who answers, or their place in the queue. */
export function StateLine({ conversation }: { conversation: Conversation | undefined }) {
  const { t } = useTranslation("chat");
  const operator = conversation?.participants.find(({ id }) => id === conversation.operator?.id);
  const state = conversation?.state ?? "ai_active";
  const waiting = state === "waiting_human";
  const Icon = icons[state];
  return (
    <Group gap={6} wrap="nowrap" role="status" data-testid="help-state" c="dimmed">
      {Icon ? (
        <Icon size={14} aria-hidden style={{ flexShrink: 0 }} />
      ) : (
        <OnlineDot online={operator?.online ?? null} />
      )}
      <Text
        size="xs"
        c={waiting ? "var(--mantine-color-text)" : undefined}
        fw={waiting ? 600 : undefined}
      >
        {text()}
      </Text>
    </Group>
  );

  function text(): string {
    switch (conversation?.state) {
      case "waiting_human": {
        const position = conversation.queue_position;
        if (position == null) return t("waiting");
        return position <= 1 ? t("next") : t("queued", { position });
      }
      case "human_active":
        return t("talkingTo", { name: conversation.operator?.name ?? t("someone") });
      case "resolved":
        return t("resolved");
      default:
        return assistantText(conversation?.answered_by);
    }
  }

  function assistantText(name: string | null | undefined): string {
    if (!name) return t("assistant");
    const which = name === "fallback" ? t("builtIn") : t("model", { model: name });
    return `${t("assistant")} · ${which}`;
  }
}
