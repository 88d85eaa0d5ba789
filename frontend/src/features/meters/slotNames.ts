import type { Resolution } from "@/api/types";
import type { Format } from "@/i18n/format";
import { addToDate } from "@/i18n/zone";
import { type CalendarPeriod, firstDay, shiftDate } from "./period";
import type { Slot } from "./slots";

/** The name on an axis of `count` slots: the time within two days, the month within a year. */
export function axisName(
  slot: Slot,
  resolution: Resolution,
  count: number,
  zone: string,
  format: Format,
): string {
  switch (resolution) {
    case "quarter_hour":
      return format.time(slot.start, zone);
    case "hour":
      return count <= 48 ? format.time(slot.start, zone) : format.dayMonth(slot.start, zone);
    case "day":
    case "week":
      return format.dayMonth(slot.start, zone);
    case "month":
      return count <= 12 ? format.shortMonth(slot.start, zone) : format.month(slot.start, zone);
    case "year":
      return format.year(slot.start, zone);
  }
}

/** The name with its date, for tooltips and tables. */
export function fullName(slot: Slot, resolution: Resolution, zone: string, format: Format): string {
  switch (resolution) {
    case "quarter_hour":
    case "hour":
      return `${format.dayMonth(slot.start, zone)}, ${format.time(slot.start, zone)}–${format.time(slot.end, zone)}`;
    case "day":
      return format.longDate(slot.start, zone);
    case "week":
      return `${format.date(slot.start, zone)}–${format.date(Date.parse(slot.end) - 1, zone)}`;
    case "month":
      return format.month(slot.start, zone);
    case "year":
      return format.year(slot.start, zone);
  }
}

/** The name of the period that contains the local date: "4 May – 10 May 2026" for a week. */
export function periodName(period: CalendarPeriod, date: string, format: Format): string {
  const noon = (day: string) => `${day}T12:00:00Z`;
  const first = noon(firstDay(period, date));
  switch (period) {
    case "day":
      return format.date(first, "UTC");
    case "week": {
      const last = addToDate(shiftDate("week", date, 1), { days: -1 });
      return `${format.dayMonth(first, "UTC")} – ${format.date(noon(last), "UTC")}`;
    }
    case "month":
      return format.month(first, "UTC");
    case "year":
      return format.year(first, "UTC");
  }
}
