/** The names of time zones; browsers leave UTC out of their list. */
export function timeZones(): string[] {
  return [...Intl.supportedValuesOf("timeZone"), "UTC"];
}

export function browserZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** "GMT+3", as it is now; nothing for a zone this browser does not know. */
export function offsetOf(zone: string, at: Date = new Date()): string {
  try {
    const parts = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "shortOffset" });
    const found = parts.formatToParts(at).find(({ type }) => type === "timeZoneName");
    return found?.value ?? "";
  } catch {
    return "";
  }
}
