import { Card, Text } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Device, Heatmap } from "@/api/types";
import { Chart } from "@/components/Chart";
import { useChartColors } from "@/components/chart/colors";
import { energyCell } from "@/components/csv";
import { StateBlock } from "@/components/StateBlock";
import { useFormat } from "@/i18n/format";
import { useHeatmap } from "./api/useHeatmap";
import { heatmapOption } from "./heatmapOption";

type Props = { device: Device; from: string; to: string };

export function HeatmapCard({ device, from, to }: Props) {
  const { t } = useTranslation("meters");
  const heatmap = useHeatmap(device.id, from, to);
  return (
    <Card>
      <StateBlock
        query={heatmap}
        height={320}
        isEmpty={({ days }) => days.every(({ hours }) => hours.every((energy) => energy === null))}
        empty={
          <Text size="sm" c="dimmed">
            {t("chart.emptyTitle")}
          </Text>
        }
      >
        {(data) => <HeatmapChart device={device} heatmap={data} />}
      </StateBlock>
    </Card>
  );
}

function HeatmapChart({ device, heatmap }: { device: Device; heatmap: Heatmap }) {
  const { t } = useTranslation("meters");
  const format = useFormat();
  const colors = useChartColors();
  const option = useMemo(() => heatmapOption(heatmap, format, colors), [heatmap, format, colors]);
  const { days } = heatmap;
  const hours = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, "0"));
  const name = (date = "") => format.date(`${date}T12:00:00Z`, "UTC");
  const hasGaps = days.some((day) => day.hours.includes(null));
  const total = days.flatMap((day) => day.hours).reduce<number>((sum, e) => sum + (e ?? 0), 0);
  return (
    <Chart
      title={t("chart.heatmap")}
      label={t("chart.label", {
        title: `${t("chart.heatmap")}, ${device.name}`,
        from: name(days[0]?.date),
        to: name(days.at(-1)?.date),
        total: format.kwh(total),
      })}
      option={option}
      height={320}
      legend={
        hasGaps && (
          <Text size="xs" c="dimmed" mt="xs">
            {t("chart.heatmapEmpty")}
          </Text>
        )
      }
      table={{
        header: [t("chart.heatmapDay"), ...hours],
        rows: days.map((day) => [
          name(day.date),
          ...day.hours.map((energy) => (energy === null ? null : format.exact2(energy))),
        ]),
      }}
      csv={{
        name: `${device.name} ${days[0]?.date ?? ""} hours.csv`,
        header: ["date", ...hours],
        rows: days.map((day) => [day.date, ...day.hours.map(energyCell)]),
      }}
    />
  );
}
