import type { ChartColors } from "@/components/chart/colors";
import type { ChartApi } from "./limitSteps";
import type { Slot } from "./slots";

const MAX_SIZE_PX = 8;
const MIN_SIZE_PX = 2;

/** A cross where there is no data, a triangle above a corrected bar. */
export function qualityMarks(slots: Slot[], colors: ChartColors) {
  const data = slots.flatMap(({ point }, index) => {
    if (point === null) return [];
    const { quality, energy_kwh } = point as { quality: string; energy_kwh: number };
    if (quality === "missing") return [[index, 0, 0]];
    return quality === "corrected" ? [[index, energy_kwh, 1]] : [];
  });
  return {
    type: "custom",
    id: "quality",
    silent: true,
    clip: false,
    z: 4,
    tooltip: { show: false },
    encode: { x: 0, y: 1 },
    data,
    renderItem: (_: unknown, api: ChartApi) => {
      const [x, y] = api.coord([api.value(0), api.value(1)]) as [number, number];
      const band = (api.size([1, 0]) as [number, number])[0];
      const size = Math.min(MAX_SIZE_PX, Math.max(MIN_SIZE_PX, band * 0.5));
      return api.value(2) === 0
        ? cross(x, y - size / 2 - 3, size / 2, colors)
        : triangle(x, y - 3, size, colors);
    },
  };
}

function cross(x: number, y: number, half: number, colors: ChartColors) {
  const style = { stroke: colors.dimmed, lineWidth: 1.5 };
  return {
    type: "group",
    children: [half, -half].map((dy) => ({
      type: "line",
      shape: { x1: x - half, y1: y - dy, x2: x + half, y2: y + dy },
      style,
    })),
  };
}

/** Points down to (x, y). */
function triangle(x: number, y: number, size: number, colors: ChartColors) {
  const top = y - size;
  return {
    type: "polygon",
    shape: {
      points: [
        [x, y],
        [x - size / 2, top],
        [x + size / 2, top],
      ],
    },
    style: { fill: colors.text },
  };
}
