import type { Quality } from "@/api/types";
import type { ChartColors } from "@/components/chart/colors";
import type { Slot } from "./slots";

/** In the order of the legend. */
export const qualities = [
  "measured",
  "corrected",
  "partial",
  "estimated",
  "suspicious",
  "missing",
] as const;
/** Every quality of the API: a new one is an error of types here. */
export type QualityName = (typeof qualities)[number] | Quality;

/** How many of the slots have each quality; those that do not occur are left out. */
export function countQualities(slots: Slot[]): { quality: QualityName; count: number }[] {
  return qualities
    .map((quality) => ({
      quality,
      count: slots.filter(({ point }) => point?.quality === quality).length,
    }))
    .filter(({ count }) => count > 0);
}

/** Diagonal lines; as a pattern of the legend, see QualitySwatch. */
const hatched = { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: -Math.PI / 4 };
const dotted = {
  symbol: "circle",
  symbolSize: 0.9,
  dashArrayX: [
    [0, 5, 3, 0],
    [4, 4],
  ],
  dashArrayY: [3, 1],
};

/** The fill of a bar of this quality; `missing` has no bar. Never told apart by colour alone. */
export function barStyle(quality: QualityName, color: string, colors: ChartColors): object {
  switch (quality) {
    case "estimated":
      return { color, decal: { ...hatched, color: colors.surface } };
    case "partial":
      return { color, decal: { ...dotted, color: colors.surface } };
    case "suspicious":
      return { color: "transparent", borderColor: color, borderWidth: 2 };
    default:
      return { color };
  }
}
