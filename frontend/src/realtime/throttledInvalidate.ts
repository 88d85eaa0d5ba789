import {
  hashKey,
  type InvalidateOptions,
  type QueryClient,
  type QueryKey,
} from "@tanstack/react-query";

/** A meter may send many readings a second; its charts are refetched at most this often. */
const DEFAULT_INTERVAL_MS = 2_000;

const scheduled = new Set<string>();

/** Invalidate after `interval` ms, once for all calls until then. */
export function throttledInvalidate(
  queries: QueryClient,
  queryKey: QueryKey,
  interval = DEFAULT_INTERVAL_MS,
  options?: InvalidateOptions,
): void {
  const hash = hashKey(queryKey);
  if (scheduled.has(hash)) return;
  scheduled.add(hash);
  setTimeout(() => {
    scheduled.delete(hash);
    void queries.invalidateQueries({ queryKey }, options);
  }, interval);
}
