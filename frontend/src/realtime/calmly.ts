import {
  hashKey,
  type InvalidateOptions,
  type QueryClient,
  type QueryKey,
} from "@tanstack/react-query";

/** A meter may report many times a second; its charts are asked for again at most this often. */
const APART_MS = 2_000;

const waiting = new Set<string>();

/** Invalidate soon, and once for all the calls until then. */
export function calmly(
  queries: QueryClient,
  queryKey: QueryKey,
  apart = APART_MS,
  options?: InvalidateOptions,
): void {
  const name = hashKey(queryKey);
  if (waiting.has(name)) return;
  waiting.add(name);
  setTimeout(() => {
    waiting.delete(name);
    void queries.invalidateQueries({ queryKey }, options);
  }, apart);
}
