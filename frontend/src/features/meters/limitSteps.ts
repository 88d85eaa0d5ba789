import type { ChartColors } from "@/components/chart/colors";
import type { Slot } from "./slots";

/** Slots `first` to `last`, which have the same limit. */
export type LimitStep = { first: number; last: number; limit: number };

/** What ECharts passes to `renderItem` of a custom series, as far as it is used here. */
export type ChartApi = {
  value: (dimension: number) => number;
  coord: (point: [number, number]) => number[];
  size: (span: [number, number]) => number | number[];
};

/** A narrower step has no room for its label; the tooltip and the table name its limit. */
const MIN_LABEL_PX = 100;

/** The limit of its time for each hour; the one in force continues into the hours to come. */
export function limitSteps(slots: Slot[]): LimitStep[] {
  const steps: LimitStep[] = [];
  for (const [index, { point }] of slots.entries()) {
    const step = steps.at(-1);
    const adjacent = step !== undefined && step.last === index - 1;
    const limit = point === null ? (adjacent ? step.limit : null) : (point.limit_kwh ?? null);
    if (limit === null) continue;
    if (adjacent && step.limit === limit) step.last = index;
    else steps.push({ first: index, last: index, limit });
  }
  return steps;
}

/** The limit as a dashed line that steps at the edge between two bars. */
export function limitSeries(
  steps: LimitStep[],
  label: (limit: number) => string,
  colors: ChartColors,
) {
  return {
    type: "custom",
    id: "limit",
    silent: true,
    z: 5,
    tooltip: { show: false },
    encode: { x: [0, 1], y: 2 },
    data: steps.map(({ first, last, limit }) => [first, last, limit]),
    renderItem: ({ dataIndex }: { dataIndex: number }, api: ChartApi) => {
      const step = steps[dataIndex];
      if (!step) return null;
      const before = steps[dataIndex - 1];
      const half = (api.size([1, 0]) as [number, number])[0] / 2;
      const at = (slot: number, limit: number) => api.coord([slot, limit]) as [number, number];
      const [first, y] = at(step.first, step.limit);
      const [left, right] = [first - half, at(step.last, step.limit)[0] + half];
      const points = [
        [left, y],
        [right, y],
      ];
      if (before?.last === step.first - 1) points.unshift([left, at(step.first, before.limit)[1]]);
      const children: object[] = [line(points, colors)];
      if (right - left >= MIN_LABEL_PX || steps.length === 1) {
        children.push(text(label(step.limit), left + 4, y, colors));
      }
      return { type: "group", children };
    },
  };
}

function line(points: number[][], colors: ChartColors) {
  return {
    type: "polyline",
    shape: { points },
    style: { stroke: colors.over, lineWidth: 1.5, lineDash: [5, 4], fill: "none" },
  };
}

function text(label: string, x: number, y: number, colors: ChartColors) {
  return {
    type: "text",
    style: {
      text: label,
      x,
      y: y - 3,
      verticalAlign: "bottom",
      fill: colors.over,
      fontSize: 12,
      fontFamily: "'Inter Variable', system-ui, sans-serif",
      backgroundColor: colors.surface,
      padding: [2, 4],
      borderRadius: 4,
    },
  };
}
