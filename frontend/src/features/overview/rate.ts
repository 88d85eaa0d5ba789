import type { Fleet } from "@/api/types";

/** The last minute is still running, so the one before it says how it is now. */
export function rateOf(minutes: Fleet["readings_per_minute"]): {
  values: number[];
  last: number;
  most: number;
} {
  const values = minutes.map(({ count }) => count);
  const full = values.slice(0, -1);
  return { values, last: full.at(-1) ?? 0, most: Math.max(...values, 0) };
}
