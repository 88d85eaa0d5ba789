import { describe, expect, it } from "vitest";
import type { ConsumptionPoint } from "@/api/types";
import type { ChartColors } from "@/components/chart/colors";
import { formatFor } from "@/i18n/format";
import { type ConsumptionChart, consumptionOption, limitOf } from "./consumptionOption";
import { heatmapOption } from "./heatmapOption";

const colors = new Proxy({}, { get: (_, name) => name }) as ChartColors;
const HOUR = 3_600_000;
const first = Date.parse("2026-05-04T08:00:00Z");

function slot(index: number, change: Partial<ConsumptionPoint> | null) {
  const start = new Date(first + index * HOUR).toISOString();
  const end = new Date(first + (index + 1) * HOUR).toISOString();
  const point = { start, end, energy_kwh: 0.5, quality: "measured", limit_kwh: 1, ...change };
  return { start, end, point: change === null ? null : (point as ConsumptionPoint) };
}

const chart: ConsumptionChart = {
  slots: [
    slot(0, {}),
    slot(1, { energy_kwh: 0.8 }),
    slot(2, { energy_kwh: 1.2 }),
    slot(3, { quality: "missing", energy_kwh: 0 }),
    slot(4, { energy_kwh: 1 }),
    slot(5, null),
  ],
  compared: null,
  resolution: "hour",
  zone: "UTC",
  now: first + 4.5 * HOUR,
  zoom: false,
  format: formatFor("en"),
  colors,
  texts: {
    energy: "Energy",
    compared: "Compared with",
    limit: (value) => `limit ${value}`,
    limitOf: "Limit",
    running: "in progress",
    quality: { measured: "measured", partial: "incomplete", missing: "no data" },
  },
};

// biome-ignore lint/suspicious/noExplicitAny: the test only reads the untyped ECharts option
const optionOf = (change: Partial<ConsumptionChart> = {}): any =>
  consumptionOption({ ...chart, ...change });
const bars = (change = {}) => optionOf(change).series[0].data;

describe("the bars of the chart", () => {
  it("are teal below 80 % of the limit, then amber, red over the limit, grey without data", () => {
    const seen = bars().map((bar: { itemStyle?: { color: string } }) => bar.itemStyle?.color);
    expect(seen).toEqual(["ok", "near", "over", "none", "near", undefined]);
  });

  it("leave future hours empty and outline the hour in progress", () => {
    expect(bars()[5].value).toBeNull();
    const outlined = bars().map(
      (bar: { itemStyle?: object }) => "borderColor" in (bar.itemStyle ?? {}),
    );
    expect(outlined).toEqual([false, false, false, false, true, false]);
  });

  it("show the limit as a labelled line that is always in view", () => {
    const { series, yAxis } = optionOf();
    expect(series[0].markLine.data).toEqual([{ yAxis: 1 }]);
    expect(series[0].markLine.label.formatter).toBe("limit 1 kWh");
    expect(yAxis.max({ max: 0.2 })).toBeGreaterThan(1);
  });

  it("of days have no limit", () => {
    const slots = [slot(0, { limit_kwh: undefined })];
    expect(limitOf(slots)).toBeNull();
    expect(optionOf({ slots, resolution: "day" }).series[0].markLine).toBe(false);
  });
});

describe("the axis", () => {
  const firstName = (count: number, resolution: ConsumptionChart["resolution"]) =>
    optionOf({ slots: Array.from({ length: count }, (_, n) => slot(n, {})), resolution }).xAxis
      .data[0];

  it("names hours by their time within two days and by their date beyond", () => {
    expect(firstName(48, "hour")).toBe("08:00");
    expect(firstName(49, "hour")).toBe("4 May");
  });

  it("names months with their year beyond twelve", () => {
    expect(firstName(12, "month")).toBe("May");
    expect(firstName(13, "month")).toBe("May 2026");
  });
});

describe("the tooltip", () => {
  const tooltip = (dataIndex: number, change = {}) =>
    optionOf(change).tooltip.formatter([{ dataIndex }]);

  it("names the interval, the energy, the limit and the quality", () => {
    expect(tooltip(2)).toBe("<b>4 May, 10:00–11:00</b><br>1.20 kWh<br>measured<br>Limit: 1 kWh");
  });

  it("shows no energy for a missing interval", () => {
    expect(tooltip(3)).not.toContain("kWh<br>no data");
    expect(tooltip(3)).toContain("no data");
  });

  it("shows the compared energy", () => {
    const compared = [slot(0, { energy_kwh: 0.25 }).point as ConsumptionPoint];
    expect(tooltip(0, { compared })).toContain("Compared with: 0.25 kWh");
  });
});

it("the heat map leaves hours without data empty", () => {
  const hours: (number | null)[] = Array(24).fill(null);
  hours[3] = 0.4;
  const days = [{ date: "2026-05-04", hours }];
  // biome-ignore lint/suspicious/noExplicitAny: as above
  const option: any = heatmapOption(
    { device_id: "d", time_zone: "UTC", days },
    formatFor("en"),
    colors,
  );
  expect(option.series[0].data).toEqual([[0, 3, 0.4]]);
});
