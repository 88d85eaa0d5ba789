import type { Resolution } from "@/api/types";
import { addToDate, startOfDay } from "@/i18n/zone";
import type { Period } from "./search";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** The time range of a chart. Without `from` it starts at the first reading; `running` contains now. */
export type Window = {
  from?: string;
  to?: string;
  resolution: Resolution | "auto";
  running: boolean;
};

export const comparisons = ["previous", "weekday", "lastYear"] as const;
export type Comparison = (typeof comparisons)[number];

const comparisonsByPeriod: Record<Period, Comparison[]> = {
  recent: [],
  day24: ["previous", "weekday"],
  day: ["previous", "weekday"],
  week: ["previous"],
  month: ["previous", "lastYear"],
  year: ["previous"],
  all: [],
};

export function comparisonsOf(period: Period): Comparison[] {
  return comparisonsByPeriod[period];
}

/** Periods of the meter's local calendar; weeks begin on Monday. */
export type CalendarPeriod = "day" | "week" | "month" | "year";

/** Calendar periods have arrows and a date picker; the others end now. */
export function isCalendar(period: Period): period is CalendarPeriod {
  return period in resolutions;
}

/** The first day of the period that contains `date`. */
export function firstDay(period: CalendarPeriod, date: string): string {
  switch (period) {
    case "day":
      return date;
    case "week": {
      const sinceMonday = (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
      return addToDate(date, { days: -sinceMonday });
    }
    case "month":
      return `${date.slice(0, 7)}-01`;
    case "year":
      return `${date.slice(0, 4)}-01-01`;
  }
}

const lengths = { day: { days: 1 }, week: { days: 7 }, month: { months: 1 }, year: { months: 12 } };

/** Moves `date` by whole periods; a negative `by` goes back. */
export function shiftDate(period: CalendarPeriod, date: string, by: number): string {
  const { days = 0, months = 0 } = lengths[period] as { days?: number; months?: number };
  return addToDate(firstDay(period, date), { days: days * by, months: months * by });
}

export function windowOf(period: Period, date: string, zone: string, now: number): Window {
  switch (period) {
    case "recent": {
      const quarter = Math.floor(now / (15 * MINUTE)) * 15 * MINUTE;
      return span(quarter - 6 * HOUR + 15 * MINUTE, "quarter_hour");
    }
    case "day24":
      return span(Math.floor(now / HOUR) * HOUR - 23 * HOUR, "hour");
    case "all":
      return { resolution: "auto", running: true };
    default:
      return calendarWindow(period, date, zone, now);
  }
}

function span(from: number, resolution: Window["resolution"]): Window {
  return { from: new Date(from).toISOString(), resolution, running: true };
}

const resolutions = { day: "hour", week: "day", month: "day", year: "month" } as const;

function calendarWindow(period: CalendarPeriod, date: string, zone: string, now: number): Window {
  const from = startOfDay(firstDay(period, date), zone);
  const to = startOfDay(shiftDate(period, firstDay(period, date), 1), zone);
  return {
    from: from.toISOString(),
    to: to.toISOString(),
    resolution: resolutions[period],
    running: from.getTime() <= now && now < to.getTime(),
  };
}

export function comparedWindow(
  comparison: Comparison,
  period: Period,
  date: string,
  zone: string,
  now: number,
): Window {
  const days = comparison === "weekday" ? 7 : 1;
  if (!isCalendar(period)) {
    const shown = windowOf(period, date, zone, now);
    const back = days * 24 * HOUR;
    const from = Date.parse(shown.from ?? new Date(now).toISOString()) - back;
    return {
      ...span(from, shown.resolution),
      to: new Date(from + 24 * HOUR).toISOString(),
      running: false,
    };
  }
  // A day is compared with the one seven days before, a month with the one twelve months before.
  const back = { previous: -1, weekday: -7, lastYear: -12 }[comparison];
  return { ...calendarWindow(period, shiftDate(period, date, back), zone, now), running: false };
}
