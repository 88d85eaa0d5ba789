/**
 * Calendar days of a time zone as instants. A meter's day begins at midnight in the meter's own
 * zone, not the browser's, and lasts 23 to 25 hours.
 */

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterFor(zone: string): Intl.DateTimeFormat {
  let found = formatters.get(zone);
  if (!found) {
    found = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
    formatters.set(zone, found);
  }
  return found;
}

/** The local time in `zone` at `instant`, as a timestamp that reads like that time in UTC. */
function wallClock(instant: number, zone: string): number {
  const parts = Object.fromEntries(
    formatterFor(zone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** The first instant of the calendar day `date` ("2026-03-29") in `zone`. */
export function startOfDay(date: string, zone: string): Date {
  return instantOf(`${date}T00:00:00`, zone);
}

/** The instant of the local time `local` ("2026-03-29T10:15:00") in `zone`. */
export function instantOf(local: string, zone: string): Date {
  const wanted = Date.parse(`${local}Z`);
  // The offset at the guess may differ from the offset at that time: correct the guess until it holds.
  let guess = wanted;
  for (let round = 0; round < 3; round += 1) guess += wanted - wallClock(guess, zone);
  return new Date(guess);
}

/** The date in `zone` at `instant`, as "2026-03-29". */
export function dayIn(zone: string, instant: Date | string | number): string {
  return new Date(wallClock(new Date(instant).getTime(), zone)).toISOString().slice(0, 10);
}

/** The local time at `instant` with its offset, as "2026-10-25T03:00:00+02:00". */
export function localTime(instant: string, zone: string): string {
  const at = Date.parse(instant);
  const wall = wallClock(at, zone);
  const minutes = Math.round((wall - at) / 60_000);
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  const two = (part: number) => String(part).padStart(2, "0");
  const offset = `${minutes < 0 ? "-" : "+"}${two(hours)}:${two(rest)}`;
  return `${new Date(wall).toISOString().slice(0, 19)}${offset}`;
}

/** The hour of the day (0–23) in `zone` at `instant`. */
export function hourIn(zone: string, instant: Date | string | number): number {
  return new Date(wallClock(new Date(instant).getTime(), zone)).getUTCHours();
}

/** `addToDate("2026-01-31", { months: 1 })` is "2026-02-28". */
export function addToDate(date: string, step: { days?: number; months?: number }): string {
  const at = new Date(`${date}T00:00:00Z`);
  if (step.months) {
    const day = at.getUTCDate();
    at.setUTCDate(1);
    at.setUTCMonth(at.getUTCMonth() + step.months);
    const last = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate();
    at.setUTCDate(Math.min(day, last));
  }
  at.setUTCDate(at.getUTCDate() + (step.days ?? 0));
  return at.toISOString().slice(0, 10);
}
