/** Where to go after signing in; only this site: `//elsewhere` would lead away from it. */
export function parseNext(raw: Record<string, unknown>): { next?: string } {
  const { next } = raw;
  return { next: typeof next === "string" && /^\/(?![/\\])/.test(next) ? next : undefined };
}
