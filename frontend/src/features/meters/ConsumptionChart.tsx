import { Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Consumption, Device } from "@/api/types";
import { Chart } from "@/components/Chart";
import { useChartColors } from "@/components/chart/colors";
import { useFormat } from "@/i18n/format";
import { consumptionFile } from "./consumptionFile";
import { type ChartTexts, consumptionOption } from "./consumptionOption";
import type { Comparison, Window } from "./period";
import { QualityLegend } from "./QualityLegend";
import { qualities } from "./quality";
import { fullName } from "./slotNames";
import { slotsOf, sumOfFirst } from "./slots";

type Props = {
  device: Device;
  shown: Consumption;
  window: Window;
  compared: Consumption | null;
  comparison: Comparison | null;
  now: number;
  zoom: boolean;
  onPick?: (start: string) => void;
};

function useChartTexts(): ChartTexts {
  const { t } = useTranslation("meters");
  return useMemo(
    () => ({
      energy: t("chart.energy"),
      compared: t("chart.compared"),
      limit: (value) => t("chart.limit", { value }),
      limitOf: t("chart.limitOf"),
      running: t("chart.running"),
      quality: Object.fromEntries(
        qualities.map((quality) => [quality, t(`quality.${quality}`)]),
      ) as ChartTexts["quality"],
    }),
    [t],
  );
}

export function ConsumptionChart(props: Props) {
  const { device, shown, window, compared, comparison, now, zoom, onPick } = props;
  const { t } = useTranslation("meters");
  const format = useFormat();
  const colors = useChartColors();
  const texts = useChartTexts();
  const narrow = useMediaQuery("(max-width: 36em)");
  const { time_zone: zone, resolution } = shown;
  const slots = useMemo(() => slotsOf(shown.points, window, zone), [shown, window, zone]);
  const option = useMemo(
    () =>
      consumptionOption({
        slots,
        compared: compared?.points ?? null,
        resolution,
        zone,
        now,
        zoom,
        format,
        colors,
        texts,
      }),
    [slots, compared, resolution, zone, now, zoom, format, colors, texts],
  );
  const measured = slots.flatMap((slot) => (slot.point ? [{ slot, point: slot.point }] : []));
  const label = t("chart.label", {
    title: `${t("chart.title")}, ${device.name}`,
    from: format.dateTime(shown.from, zone),
    to: format.dateTime(shown.to, zone),
    total: format.kwh(shown.total_kwh),
  });
  return (
    <Chart
      title={t("chart.title")}
      label={label}
      option={option}
      height={narrow ? 260 : 360}
      zoom={zoom}
      onPick={onPick && ((index) => slots[index] && onPick(slots[index].start))}
      extra={
        <>
          <Text fw={650}>{format.kwh(shown.total_kwh)}</Text>
          {compared && comparison && (
            <ComparisonText
              now={shown.total_kwh}
              before={sumOfFirst(compared.points, shown.points.length)}
              comparison={comparison}
            />
          )}
          {zoom && (
            <Text size="xs" c="dimmed" visibleFrom="sm">
              {t("chart.zoomHint")}
            </Text>
          )}
        </>
      }
      legend={<QualityLegend slots={slots} />}
      table={{
        header: [t("chart.start"), t("chart.energy"), t("chart.limitOf"), t("chart.quality")],
        rows: measured.map(({ slot, point }) => [
          fullName(slot, resolution, zone, format),
          point.quality === "missing" ? null : format.kwhExact(point.energy_kwh),
          point.limit_kwh == null ? null : format.kwh(point.limit_kwh),
          texts.quality[point.quality],
        ]),
      }}
      csv={consumptionFile(device.name, shown)}
    />
  );
}

type ComparisonTextProps = { now: number; before: number; comparison: Comparison };

function ComparisonText({ now, before, comparison }: ComparisonTextProps) {
  const { t } = useTranslation("meters");
  const format = useFormat();
  const other = t(`compare.${comparison}Text`, { value: format.kwh(before) });
  const ratio = before > 0 ? now / before - 1 : 0;
  const key = Math.abs(ratio) < 0.005 ? "same" : ratio > 0 ? "more" : "less";
  return (
    <Text size="sm" c="dimmed">
      {t(`compare.${key}`, { percent: format.percent(Math.abs(ratio)), other })}
    </Text>
  );
}
