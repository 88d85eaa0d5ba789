const INITIAL_MS = 500;
const MAX_MS = 10_000;

/**
 * Milliseconds before the next attempt. Half of it is jitter, so that after a restart of the server
 * its clients do not all reconnect at once.
 */
export function backoff(attempt: number, random: () => number = Math.random): number {
  const delay = Math.min(MAX_MS, INITIAL_MS * 2 ** attempt);
  return Math.round(delay / 2 + (random() * delay) / 2);
}
