import type { Fleet } from "@/api/types";

/** The newest minute is incomplete, so `last` is the one before it. */
export function rateOf(minutes: Fleet["readings_per_minute"]): {
  values: number[];
  last: number;
  most: number;
} {
  const values = minutes.map(({ count }) => count);
  const full = values.slice(0, -1);
  return { values, last: full.at(-1) ?? 0, most: Math.max(...values, 0) };
}
