/** What was sent, as it can be read: text as it came, anything else as indented JSON. */
export function payloadText(payload: unknown): string {
  return typeof payload === "string" ? payload : JSON.stringify(payload, null, 2);
}
