import { Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Summary } from "@/api/types";
import { TimeInText } from "@/components/TimeInText";
import { useFormat } from "@/i18n/format";

export function MeterStatus({ summary }: { summary: Summary | undefined }) {
  const over = summary?.over_limit_since != null;
  const color = over
    ? "over"
    : ({ live: "ok", silent: "near", never: "none" } as const)[summary?.state ?? "never"];
  return (
    <Group gap={6} wrap="nowrap">
      <svg width="10" height="10" aria-hidden="true" style={{ flexShrink: 0 }}>
        <circle cx="5" cy="5" r="5" fill={`var(--contor-${color})`} />
      </svg>
      <Text
        size="sm"
        component="span"
        c={over ? "var(--contor-over)" : "dimmed"}
        fw={over ? 600 : undefined}
      >
        <StatusText summary={summary} />
      </Text>
    </Group>
  );
}

function StatusText({ summary }: { summary: Summary | undefined }) {
  const { t } = useTranslation("meters");
  const format = useFormat();
  if (!summary || summary.state === "never") return t("state.never");
  const { time_zone: zone, over_limit_since, last_reading_at } = summary;
  const since = (at: string | null) => (at === null ? "" : format.timeOrDate(at, zone));
  if (over_limit_since) return t("state.over", { time: since(over_limit_since) });
  if (summary.state === "silent") return t("state.silent", { time: since(last_reading_at) });
  return <TimeInText text={(when) => t("state.live", { when })} at={last_reading_at} zone={zone} />;
}
