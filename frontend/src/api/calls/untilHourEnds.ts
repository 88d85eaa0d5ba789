const LONGEST_MS = 5 * 60_000;

/**
 * No frame tells that an hour has ended or that a meter fell silent: ask once when the hour is
 * over, and every few minutes.
 */
export function untilHourEnds(end: string | undefined, now: number = Date.now()): number {
  const left = end === undefined ? LONGEST_MS : Date.parse(end) - now + 1_000;
  return left > 0 ? Math.min(left, LONGEST_MS) : LONGEST_MS;
}
