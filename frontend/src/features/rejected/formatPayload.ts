const SHORT = 160;

/** Text unchanged, short JSON on one line, longer JSON indented. */
export function formatPayload(payload: unknown): string {
  if (typeof payload === "string") return payload;
  const line = JSON.stringify(payload);
  return line.length <= SHORT ? line : JSON.stringify(payload, null, 2);
}
