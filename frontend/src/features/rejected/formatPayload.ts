const SHORT = 160;

/** What was sent, as it can be read: text as it came, short JSON in a line, longer JSON indented. */
export function formatPayload(payload: unknown): string {
  if (typeof payload === "string") return payload;
  const line = JSON.stringify(payload);
  return line.length <= SHORT ? line : JSON.stringify(payload, null, 2);
}
