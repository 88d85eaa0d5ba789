/** IANA names; browsers do not list UTC. */
export function timeZones(): string[] {
  return [...Intl.supportedValuesOf("timeZone"), "UTC"];
}

export function browserZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** The offset at `at`, such as "GMT+3"; empty for a zone that this browser does not know. */
export function offsetOf(zone: string, at: Date = new Date()): string {
  try {
    // A formatter takes long to make, and a list of zones is rendered again with every key typed beside it.
    let formatter = formatters.get(zone);
    if (!formatter) {
      formatter = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "shortOffset" });
      formatters.set(zone, formatter);
    }
    const found = formatter.formatToParts(at).find(({ type }) => type === "timeZoneName");
    return found?.value ?? "";
  } catch {
    return "";
  }
}
