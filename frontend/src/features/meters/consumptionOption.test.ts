import { describe, expect, it } from "vitest";
import type { ConsumptionPoint, Quality } from "@/api/types";
import type { ChartColors } from "@/components/chart/colors";
import { formatFor } from "@/i18n/format";
import { type ConsumptionChart, consumptionOption } from "./consumptionOption";
import { heatmapOption } from "./heatmapOption";
import { type ChartApi, limitSteps } from "./limitSteps";
import { countQualities, type QualityName } from "./quality";

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
    quality: {
      measured: "measured",
      corrected: "corrected",
      partial: "partial",
      estimated: "estimated",
      suspicious: "suspicious",
      missing: "no data",
    },
  },
};

// biome-ignore lint/suspicious/noExplicitAny: the test only reads the untyped ECharts option
const optionOf = (change: Partial<ConsumptionChart> = {}): any =>
  consumptionOption({ ...chart, ...change });
const bars = (change = {}) => optionOf(change).series[0].data;

describe("the bars of the chart", () => {
  it("are teal below 80 % of the limit, then amber, red over the limit", () => {
    const seen = bars().map((bar: { itemStyle?: { color: string } }) => bar.itemStyle?.color);
    expect(seen).toEqual(["ok", "near", "over", undefined, "near", undefined]);
  });

  it("leave future hours empty and outline the hour in progress", () => {
    expect(bars()[5].value).toBeNull();
    const outlined = bars().map(
      (bar: { itemStyle?: object }) => "borderColor" in (bar.itemStyle ?? {}),
    );
    expect(outlined).toEqual([false, false, false, false, true, false]);
  });
});

// biome-ignore lint/suspicious/noExplicitAny: as above
const seriesOf = (id: string, change = {}): any =>
  optionOf(change).series.find((series: { id?: string }) => series.id === id);
/** Bands of 100 px; 1 kWh is 100 px high, and the axis is at 500 px. */
const api = (values: number[]): ChartApi => ({
  value: (dimension) => values[dimension] ?? 0,
  coord: ([index, energy]) => [index * 100 + 50, 500 - energy * 100],
  size: () => [100, 0],
});

describe("the limit", () => {
  const changed = [
    slot(0, { limit_kwh: 2 }),
    slot(1, { limit_kwh: 2 }),
    slot(2, { limit_kwh: 1 }),
    slot(3, null),
  ];

  it("is a step: each hour has the limit of its time, the hours to come the present one", () => {
    expect(limitSteps(changed)).toEqual([
      { first: 0, last: 1, limit: 2 },
      { first: 2, last: 3, limit: 1 },
    ]);
  });

  it("has a gap where there was none", () => {
    const slots = [slot(0, {}), slot(1, { limit_kwh: null }), slot(2, {})];
    expect(limitSteps(slots)).toEqual([
      { first: 0, last: 0, limit: 1 },
      { first: 2, last: 2, limit: 1 },
    ]);
  });

  it("goes from edge to edge of its bars, and down to the next step", () => {
    const series = seriesOf("limit", { slots: changed });
    const [first, second] = [0, 1].map((dataIndex) => series.renderItem({ dataIndex }, api([])));
    expect(first.children[0].shape.points).toEqual([
      [0, 300],
      [200, 300],
    ]);
    expect(second.children[0].shape.points).toEqual([
      [200, 300],
      [200, 400],
      [400, 400],
    ]);
    expect(second.children[1].style.text).toBe("limit 1 kWh");
  });

  it("is always in view", () => {
    expect(optionOf().yAxis.max({ max: 0.2 })).toBeGreaterThan(1);
  });

  it("is not drawn for days, which have none", () => {
    const slots = [slot(0, { limit_kwh: undefined })];
    expect(seriesOf("limit", { slots, resolution: "day" })).toBeUndefined();
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

describe("the quality of a bar", () => {
  const drawn = (quality: QualityName) => {
    const slots = [slot(0, { quality: quality as Quality })];
    return { bar: bars({ slots })[0], marks: seriesOf("quality", { slots }) };
  };
  const shape = ({ marks }: ReturnType<typeof drawn>) =>
    marks.renderItem({ dataIndex: 0 }, api(marks.data[0]));

  it("measured is plain", () => {
    const { bar, marks } = drawn("measured");
    expect(Object.keys(bar.itemStyle).sort()).toEqual(["borderRadius", "color"]);
    expect(marks.data).toEqual([]);
  });

  it("estimated is hatched, partial is dotted", () => {
    expect(drawn("estimated").bar.itemStyle.decal.symbol).toBe("rect");
    expect(drawn("partial").bar.itemStyle.decal.symbol).toBe("circle");
  });

  it("suspicious is an outline", () => {
    expect(drawn("suspicious").bar.itemStyle).toMatchObject({
      color: "transparent",
      borderColor: "ok",
    });
  });

  it("missing has no bar and a cross on the axis", () => {
    const missing = drawn("missing");
    expect(missing.bar).toEqual({ value: null });
    expect(shape(missing).children).toHaveLength(2);
  });

  it("corrected has a triangle above the bar", () => {
    const corrected = drawn("corrected");
    expect(corrected.bar.value).toBe(0.5);
    expect(shape(corrected).shape.points[0]).toEqual([50, 447]);
  });
});

it("the legend counts the qualities that occur, in one order", () => {
  const slots = (["missing", "estimated", "measured", "missing"] as Quality[]).map((quality, n) =>
    slot(n, { quality }),
  );
  expect(countQualities([...slots, slot(9, null)])).toEqual([
    { quality: "measured", count: 1 },
    { quality: "estimated", count: 1 },
    { quality: "missing", count: 2 },
  ]);
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

  it("names the quality of the hour in progress beside its progress", () => {
    expect(tooltip(4)).toContain("<br>in progress<br>");
    const slots = chart.slots.with(4, slot(4, { quality: "estimated" as Quality }));
    expect(tooltip(4, { slots })).toContain("<br>in progress, estimated<br>");
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
