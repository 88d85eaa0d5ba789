import type { EChartsCoreOption } from "echarts/core";
import type { ConsumptionPoint, Quality, Resolution } from "@/api/types";
import type { ChartColors } from "@/components/chart/colors";
import { limitState } from "@/components/limit";
import type { Format } from "@/i18n/format";
import { axisName, fullName } from "./slotNames";
import { isRunning, type Slot } from "./slots";

export type ChartTexts = {
  energy: string;
  compared: string;
  limit: (value: string) => string;
  limitOf: string;
  running: string;
  quality: Record<Quality | "partial", string>;
};

export type ConsumptionChart = {
  slots: Slot[];
  compared: ConsumptionPoint[] | null;
  resolution: Resolution;
  zone: string;
  now: number;
  zoom: boolean;
  format: Format;
  colors: ChartColors;
  texts: ChartTexts;
};

/** The latest limit; only hours have one. */
export function limitOf(slots: Slot[]): number | null {
  return slots.findLast((slot) => slot.point?.limit_kwh != null)?.point?.limit_kwh ?? null;
}

/** Bars coloured by the limit: ok, near or over it; the hour in progress is outlined. */
export function consumptionOption(chart: ConsumptionChart): EChartsCoreOption {
  const { slots, resolution, zone, format, colors, zoom } = chart;
  const limit = limitOf(slots);
  return {
    animationDuration: 180,
    animationDurationUpdate: 180,
    textStyle: { fontFamily: "'Inter Variable', system-ui, sans-serif" },
    grid: { left: 8, right: 12, top: 24, bottom: zoom ? 48 : 8, containLabel: true },
    tooltip: {
      trigger: "axis",
      axisPointer: { type: "shadow", shadowStyle: { color: colors.track, opacity: 0.4 } },
      backgroundColor: colors.surface,
      borderColor: colors.line,
      textStyle: { color: colors.text, fontSize: 13 },
      formatter: (shown: { dataIndex: number }[]) => tooltip(chart, shown[0]?.dataIndex ?? 0),
    },
    xAxis: {
      type: "category",
      data: slots.map((slot) => axisName(slot, resolution, slots.length, zone, format)),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: colors.line } },
      axisLabel: { color: colors.dimmed, hideOverlap: true },
    },
    yAxis: {
      type: "value",
      name: "kWh",
      nameTextStyle: { color: colors.dimmed, align: "right" },
      max: (axis: { max: number }) =>
        limit !== null && limit * 1.1 > axis.max ? Number((limit * 1.15).toPrecision(2)) : null,
      axisLabel: { color: colors.dimmed, formatter: (value: number) => format.number(value) },
      splitLine: { lineStyle: { color: colors.line } },
    },
    ...(zoom ? zoomOptions(colors) : { dataZoom: [], toolbox: { show: false } }),
    series: [bars(chart, limit), ...comparison(chart)],
  };
}

function zoomOptions(colors: ChartColors): EChartsCoreOption {
  return {
    dataZoom: [
      {
        type: "slider",
        height: 22,
        bottom: 8,
        brushSelect: false,
        borderColor: colors.line,
        fillerColor: colors.track,
        backgroundColor: "transparent",
        dataBackground: faint(colors),
        selectedDataBackground: faint(colors),
        handleStyle: { borderColor: colors.ok },
        moveHandleStyle: { color: colors.line },
        textStyle: { color: colors.dimmed },
      },
    ],
    // Selecting by dragging needs the toolbox; its buttons are hidden.
    toolbox: { itemSize: 0, feature: { dataZoom: { yAxisIndex: "none" } } },
  };
}

function faint(colors: ChartColors) {
  return {
    lineStyle: { color: colors.ok, opacity: 0.5 },
    areaStyle: { color: colors.ok, opacity: 0.25 },
  };
}

function bars({ slots, now, colors, texts, format }: ConsumptionChart, limit: number | null) {
  const highest = Math.max(0, ...slots.map(({ point }) => point?.energy_kwh ?? 0));
  return {
    name: texts.energy,
    type: "bar",
    barMaxWidth: 40,
    barCategoryGap: "22%",
    // A missing interval is a thin grey bar, unlike a future one, which is empty.
    barMinHeight: 3,
    data: slots.map((slot) => bar(slot, now, colors, highest * 0.03)),
    markLine: limit !== null && {
      silent: true,
      symbol: "none",
      lineStyle: { color: colors.over, type: "dashed", width: 1.5 },
      label: {
        position: "insideStartTop",
        color: colors.over,
        backgroundColor: colors.surface,
        padding: [2, 4],
        borderRadius: 4,
        formatter: texts.limit(format.kwh(limit)),
      },
      data: [{ yAxis: limit }],
    },
  };
}

/** A running bar lower than `minOutlined` gets no outline: its dashes would not be legible. */
function bar(slot: Slot, now: number, colors: ChartColors, minOutlined: number) {
  const { point } = slot;
  if (point === null) return { value: null };
  if (point.quality === "missing") return { value: 0, itemStyle: { color: colors.none } };
  const color = colors[limitState(point.energy_kwh, point.limit_kwh)];
  const running = isRunning(slot, now);
  return {
    value: point.energy_kwh,
    itemStyle: {
      color,
      borderRadius: [4, 4, 0, 0],
      opacity: running || point.quality === "measured" ? 1 : 0.55,
      ...(running &&
        point.energy_kwh > minOutlined && {
          borderColor: colors.text,
          borderWidth: 1.5,
          borderType: "dashed",
        }),
    },
  };
}

function comparison({ compared, colors, texts, slots }: ConsumptionChart) {
  if (compared === null) return [];
  return [
    {
      name: texts.compared,
      type: "line",
      step: "middle",
      symbol: "none",
      lineStyle: { color: colors.dimmed, width: 1.5, type: "dotted" },
      data: compared.slice(0, slots.length).map((point) => point.energy_kwh),
    },
  ];
}

function tooltip(chart: ConsumptionChart, index: number): string {
  const { slots, compared, resolution, zone, now, format, texts } = chart;
  const slot = slots[index];
  if (!slot) return "";
  const lines = [`<b>${fullName(slot, resolution, zone, format)}</b>`];
  const { point } = slot;
  if (point) {
    const quality = isRunning(slot, now) ? texts.running : texts.quality[point.quality];
    if (point.quality !== "missing") lines.push(`${format.kwhExact(point.energy_kwh)}`);
    lines.push(quality);
    if (point.limit_kwh != null) lines.push(`${texts.limitOf}: ${format.kwh(point.limit_kwh)}`);
  }
  const other = compared?.[index];
  if (other) lines.push(`${texts.compared}: ${format.kwhExact(other.energy_kwh)}`);
  return lines.join("<br>");
}
