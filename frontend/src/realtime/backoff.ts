const FIRST_MS = 500;
const LONGEST_MS = 10_000;

/** Full jitter: after a restart of the server its clients do not all come back at once. */
export function backoff(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
  return Math.round(ceiling / 2 + (random() * ceiling) / 2);
}
