/** IANA names; browsers do not list UTC. */
export function timeZones(): string[] {
  return [...Intl.supportedValuesOf("timeZone"), "UTC"];
}

export function browserZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** The offset at `at`, such as "GMT+3"; empty for a zone that this browser does not know. */
export function offsetOf(zone: string, at: Date = new Date()): string {
  try {
    const parts = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "shortOffset" });
    const found = parts.formatToParts(at).find(({ type }) => type === "timeZoneName");
    return found?.value ?? "";
  } catch {
    return "";
  }
}
