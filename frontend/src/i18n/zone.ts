/**
 * Calendar days of a time zone as instants. A meter's day begins at its own midnight, so a day
 * may last 23 or 25 hours and the browser's zone must play no part.
 */

const readers = new Map<string, Intl.DateTimeFormat>();

function reader(zone: string): Intl.DateTimeFormat {
  let found = readers.get(zone);
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
    readers.set(zone, found);
  }
  return found;
}

/** The wall clock of `zone` at `instant`, written as if it were UTC. */
function wallClock(instant: number, zone: string): number {
  const parts = Object.fromEntries(
    reader(zone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** The first instant of the calendar day `date` ("2026-03-29") in `zone`. */
export function startOfDay(date: string, zone: string): Date {
  const wanted = Date.parse(`${date}T00:00:00Z`);
  let guess = wanted;
  for (let turn = 0; turn < 3; turn += 1) guess += wanted - wallClock(guess, zone);
  return new Date(guess);
}

/** The calendar day it is in `zone` at `instant`. */
export function dayIn(zone: string, instant: Date | string | number): string {
  return new Date(wallClock(new Date(instant).getTime(), zone)).toISOString().slice(0, 10);
}

/** The hour of the day (0–23) it is in `zone` at `instant`. */
export function hourIn(zone: string, instant: Date | string | number): number {
  return new Date(wallClock(new Date(instant).getTime(), zone)).getUTCHours();
}

/** Calendar arithmetic on dates without time: `addToDate("2026-01-31", { months: 1 })` is 28 Feb. */
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
