import { Card, Stack } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Device, Summary } from "@/api/types";
import { EmptyState, StateBlock } from "@/components/StateBlock";
import { useNow } from "@/components/useNow";
import { dayIn } from "@/i18n/zone";
import { useConsumption } from "./api/useConsumption";
import { ConsumptionChart } from "./ConsumptionChart";
import { HeatmapCard } from "./HeatmapCard";
import { PeriodPicker } from "./PeriodPicker";
import { type Comparison, comparedWindow, comparisonsOf, windowOf } from "./period";
import type { MeterSearch, Period } from "./search";

const route = getRouteApi("/member/meters/$deviceId");
const QUARTER_MS = 15 * 60_000;

type Props = { device: Device; summary: Summary | undefined };

/** The period is part of the URL; the comparison is only component state. */
export function ConsumptionHistory({ device, summary }: Props) {
  const { t } = useTranslation("meters");
  const navigate = route.useNavigate();
  const search = route.useSearch();
  const [chosen, setComparison] = useState<Comparison | null>(null);
  const now = useNow();
  // Rounded, so that the windows change once a quarter hour instead of at every tick of `now`.
  const quarter = Math.floor(now / QUARTER_MS) * QUARTER_MS;
  const zone = device.time_zone;
  const today = dayIn(zone, now);
  const period: Period = search.period ?? (search.at ? "day" : "day24");
  const date = search.date ?? (search.at ? dayIn(zone, search.at) : today);
  const comparison = chosen !== null && comparisonsOf(period).includes(chosen) ? chosen : null;

  const window = useMemo(
    () => windowOf(period, date, zone, quarter),
    [period, date, zone, quarter],
  );
  const other = useMemo(
    () => (comparison ? comparedWindow(comparison, period, date, zone, quarter) : null),
    [comparison, period, date, zone, quarter],
  );
  const shown = useConsumption(device.id, window);
  const compared = useConsumption(device.id, other);
  const go = (next: MeterSearch) =>
    void navigate({ search: next, replace: true, resetScroll: false });

  const drillDown = { year: "month", month: "day", week: "day" } as const;
  const detailPeriod =
    period in drillDown ? drillDown[period as keyof typeof drillDown] : undefined;

  return (
    <Stack>
      <PeriodPicker
        period={period}
        date={date}
        today={today}
        first={summary?.first_reading_at ? dayIn(zone, summary.first_reading_at) : undefined}
        comparison={comparison}
        onPeriod={(next) => go({ period: next, date: date === today ? undefined : date })}
        onDate={(next) => go({ period, date: next })}
        onCompare={setComparison}
      />
      <Card aria-busy={shown.isPlaceholderData}>
        <StateBlock
          query={shown}
          height={412}
          isEmpty={({ points }) => points.every((point) => point.quality === "missing")}
          empty={<EmptyState title={t("chart.emptyTitle")} text={t("chart.emptyText")} />}
        >
          {(data) => (
            <ConsumptionChart
              device={device}
              shown={data}
              window={window}
              compared={other ? (compared.data ?? null) : null}
              comparison={comparison}
              now={now}
              zoom={period === "all"}
              onPick={
                detailPeriod && ((start) => go({ period: detailPeriod, date: dayIn(zone, start) }))
              }
            />
          )}
        </StateBlock>
      </Card>
      {(period === "week" || period === "month" || period === "year") &&
        window.from &&
        window.to && <HeatmapCard device={device} from={window.from} to={window.to} />}
    </Stack>
  );
}
