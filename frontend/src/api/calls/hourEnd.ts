const MAX_MS = 5 * 60_000;

/**
 * Refetch interval in milliseconds: until the hour ends, at most five minutes. No frame announces
 * the end of an hour or a meter that has stopped sending.
 */
export function msToHourEnd(end: string | undefined, now: number = Date.now()): number {
  const left = end === undefined ? MAX_MS : Date.parse(end) - now + 1_000;
  return left > 0 ? Math.min(left, MAX_MS) : MAX_MS;
}
