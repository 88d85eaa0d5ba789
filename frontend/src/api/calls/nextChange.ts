import type { Summary } from "@/api/types";

const MAX_MS = 5 * 60_000;

/**
 * Refetch interval in milliseconds: until the first of these hours ends or meters falls silent, at most five minutes.
 * No frame announces either; the server decides, because the browser's clock may be wrong.
 */
export function msToNextChange(summaries: Summary[] = [], now: number = Date.now()): number {
  const left = summaries
    .flatMap(({ hour, silent_from }) => [hour.end, silent_from])
    .map((at) => (at === null ? 0 : Date.parse(at) - now + 1_000))
    .filter((ms) => ms > 0);
  return Math.min(MAX_MS, ...left);
}
