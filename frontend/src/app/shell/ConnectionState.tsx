import { Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/i18n/format";
import { useConnection } from "@/realtime/LiveProvider";

const colors = {
  live: "var(--contor-ok)",
  connecting: "var(--contor-none)",
  reconnecting: "var(--contor-near)",
  offline: "var(--contor-over)",
};

/** While disconnected it also shows how old the data is. */
export function ConnectionState() {
  const { t } = useTranslation();
  const format = useFormat();
  const connection = useConnection();
  const text =
    "since" in connection
      ? t(`connection.${connection.status}`, { time: format.time(connection.since) })
      : t(`connection.${connection.status}`);
  return (
    <Group gap={6} wrap="nowrap" px={4} role="status" data-testid="connection">
      <svg width="10" height="10" aria-hidden="true" style={{ flexShrink: 0 }}>
        <circle cx="5" cy="5" r="5" fill={colors[connection.status]} />
      </svg>
      <Text size="xs" c="dimmed" lineClamp={2} maw={150}>
        {text}
      </Text>
    </Group>
  );
}
