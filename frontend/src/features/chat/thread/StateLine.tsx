import { Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Conversation } from "@/api/types";
import { OnlineDot } from "./OnlineDot";

/** To a client: who answers, or how long the line is. */
export function StateLine({ conversation }: { conversation: Conversation | undefined }) {
  const { t } = useTranslation("chat");
  const operator = conversation?.participants.find(({ id }) => id === conversation.operator?.id);
  const human = conversation?.state === "human_active";
  return (
    <Group gap={6} wrap="nowrap" role="status" data-testid="help-state">
      {human && <OnlineDot online={operator?.online ?? null} />}
      <Text size="xs" c="dimmed" lineClamp={2}>
        {words()}
      </Text>
    </Group>
  );

  function words(): string {
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
        return assistantWords(conversation?.answered_by);
    }
  }

  function assistantWords(name: string | null | undefined): string {
    if (!name) return t("assistant");
    const which = name === "fallback" ? t("builtIn") : t("model", { model: name });
    return `${t("assistant")} · ${which}`;
  }
}
