/** The path to open after signing in. Only paths of this site: `//host` would open another one. */
export function parseNext(raw: Record<string, unknown>): { next?: string } {
  const { next } = raw;
  return { next: typeof next === "string" && /^\/(?![/\\])/.test(next) ? next : undefined };
}
