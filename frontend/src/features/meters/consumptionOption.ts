import type { EChartsCoreOption } from "echarts/core";
import type { ConsumptionPoint, Resolution } from "@/api/types";
import type { ChartColors } from "@/components/chart/colors";
import { limitState } from "@/components/limit";
import type { Format } from "@/i18n/format";
import { type LimitStep, limitSeries, limitSteps } from "./limitSteps";
import { barStyle, type QualityName } from "./quality";
import { qualityMarks } from "./qualityMarks";
import { axisName, fullName } from "./slotNames";
import { isRunning, type Slot } from "./slots";

export type ChartTexts = {
  energy: string;
  compared: string;
  limit: (value: string) => string;
  limitOf: string;
  running: string;
  quality: Record<QualityName, string>;
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

/** Bars coloured by the limit of their hour, drawn by their quality; the one in progress is outlined. */
export function consumptionOption(chart: ConsumptionChart): EChartsCoreOption {
  const { slots, resolution, zone, format, colors, zoom } = chart;
  const steps = limitSteps(slots);
  const highest = Math.max(0, ...steps.map(({ limit }) => limit));
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
        highest * 1.1 > axis.max ? Number((highest * 1.15).toPrecision(2)) : null,
      axisLabel: { color: colors.dimmed, formatter: (value: number) => format.number(value) },
      splitLine: { lineStyle: { color: colors.line } },
    },
    ...(zoom ? zoomOptions(colors) : { dataZoom: [], toolbox: { show: false } }),
    series: [
      bars(chart),
      ...comparison(chart),
      qualityMarks(slots, colors),
      ...limitLine(chart, steps),
    ],
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

function bars({ slots, now, colors, texts }: ConsumptionChart) {
  const highest = Math.max(0, ...slots.map(({ point }) => point?.energy_kwh ?? 0));
  return {
    name: texts.energy,
    type: "bar",
    barMaxWidth: 40,
    barCategoryGap: "22%",
    // Measured and zero is a thin bar, unlike a future interval and one without data.
    barMinHeight: 3,
    data: slots.map((slot) => bar(slot, now, colors, highest * 0.03)),
  };
}

function limitLine({ texts, format, colors }: ConsumptionChart, steps: LimitStep[]) {
  if (steps.length === 0) return [];
  return [limitSeries(steps, (limit) => texts.limit(format.kwh(limit)), colors)];
}

/** A running bar lower than `minOutlined` gets no outline: its dashes would not be legible. */
function bar(slot: Slot, now: number, colors: ChartColors, minOutlined: number) {
  const { point } = slot;
  if (point === null || point.quality === "missing") return { value: null };
  const color = colors[limitState(point.energy_kwh, point.limit_kwh)];
  const outlined = isRunning(slot, now) && point.energy_kwh > minOutlined;
  return {
    value: point.energy_kwh,
    itemStyle: {
      borderRadius: [4, 4, 0, 0],
      ...(outlined && { borderColor: colors.text, borderWidth: 1.5, borderType: "dashed" }),
      ...barStyle(point.quality, color, colors),
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
    if (point.quality !== "missing") lines.push(`${format.kwhExact(point.energy_kwh)}`);
    lines.push(qualityText(slot, point, now, texts));
    if (point.limit_kwh != null) lines.push(`${texts.limitOf}: ${format.kwh(point.limit_kwh)}`);
  }
  const other = compared?.[index];
  if (other) lines.push(`${texts.compared}: ${format.kwhExact(other.energy_kwh)}`);
  return lines.join("<br>");
}

/** The interval in progress cannot be complete yet, so that it is measured needs no word. */
function qualityText(slot: Slot, { quality }: ConsumptionPoint, now: number, texts: ChartTexts) {
  if (!isRunning(slot, now)) return texts.quality[quality];
  return quality === "measured" ? texts.running : `${texts.running}, ${texts.quality[quality]}`;
}
