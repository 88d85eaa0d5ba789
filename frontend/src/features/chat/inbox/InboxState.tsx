import { Group, Text } from "@mantine/core";
import { IconCheck, IconClock, IconRobot, IconUser } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Conversation } from "@/api/types";
import { useAccount } from "@/api/useSession";
import { useDuration } from "./useDuration";

const LONG_WAIT_MS = 5 * 60_000;

/** Who has the conversation, or how long the client has been waiting. */
export function InboxState({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation("chat");
  const me = useAccount().id;
  const { state, operator, waiting_since, rated } = conversation;
  const waited = useDuration(waiting_since);
  const [Icon, text] = {
    waiting_human: [IconClock, t("queue.waits", { time: waited })] as const,
    human_active: [
      IconUser,
      operator?.id === me
        ? t("queue.youHave")
        : t("queue.operatorHas", { name: operator?.name ?? t("someone") }),
    ] as const,
    ai_active: [IconRobot, t("queue.assistantHas")] as const,
    resolved: [
      IconCheck,
      rated == null
        ? t("queue.isResolved")
        : `${t("queue.isResolved")}, ${t("queue.rated", { score: rated })}`,
    ] as const,
  }[state ?? "ai_active"];
  const waiting = state === "waiting_human";
  const longWait =
    waiting && waiting_since && Date.now() - Date.parse(waiting_since) > LONG_WAIT_MS;
  return (
    <Group gap={4} wrap="nowrap" c={longWait ? "var(--contor-near-text)" : "dimmed"}>
      <Icon size={13} aria-hidden style={{ flexShrink: 0 }} />
      <Text size="xs" fw={waiting ? 600 : undefined} truncate className="digits">
        {text}
      </Text>
    </Group>
  );
}
