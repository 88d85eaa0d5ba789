import type { EChartsCoreOption } from "echarts/core";
import type { Heatmap } from "@/api/types";
import type { ChartColors } from "@/components/chart/colors";
import type { Format } from "@/i18n/format";

const clock = (hour: number) => `${String(hour).padStart(2, "0")}:00`;

/** Days on the x axis, hours on the y axis. */
export function heatmapOption(
  { days }: Heatmap,
  format: Format,
  colors: ChartColors,
): EChartsCoreOption {
  const name = (date: string) => format.dayMonth(`${date}T12:00:00Z`, "UTC");
  const cells = days.flatMap(({ hours }, day) =>
    hours.flatMap((energy, hour) => (energy == null ? [] : [[day, hour, energy]])),
  );
  const top = Math.max(0.001, ...cells.map(([, , energy]) => energy ?? 0));
  return {
    animation: false,
    textStyle: { fontFamily: "'Inter Variable', system-ui, sans-serif" },
    grid: { left: 8, right: 12, top: 8, bottom: 56, containLabel: true },
    tooltip: {
      backgroundColor: colors.surface,
      borderColor: colors.line,
      textStyle: { color: colors.text, fontSize: 13 },
      formatter: ({ value: [day, hour, energy] }: { value: [number, number, number] }) =>
        `<b>${name(days[day]?.date ?? "")}, ${clock(hour)}</b><br>${format.kwhExact(energy)}`,
    },
    xAxis: {
      type: "category",
      data: days.map(({ date }) => name(date)),
      axisTick: { show: false },
      axisLine: { show: false },
      axisLabel: { color: colors.dimmed, hideOverlap: true },
    },
    yAxis: {
      type: "category",
      data: Array.from({ length: 24 }, (_, hour) => clock(hour)),
      axisTick: { show: false },
      axisLine: { show: false },
      axisLabel: { color: colors.dimmed, interval: 5 },
    },
    visualMap: {
      min: 0,
      max: top,
      calculable: false,
      orient: "horizontal",
      left: "center",
      bottom: 4,
      itemWidth: 10,
      itemHeight: 140,
      text: [format.kwh(top), format.kwh(0)],
      textStyle: { color: colors.dimmed },
      inRange: { color: [colors.track, colors.ok, colors.deep] },
    },
    series: [{ type: "heatmap", data: cells, progressive: 0 }],
  };
}
