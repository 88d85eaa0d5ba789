import type { Resolution } from "@/api/types";
import type { Format } from "@/i18n/format";
import type { Slot } from "./slots";

export function axisName(slot: Slot, resolution: Resolution, zone: string, format: Format): string {
  switch (resolution) {
    case "quarter_hour":
    case "hour":
      return format.time(slot.start, zone);
    case "day":
      return format.dayMonth(slot.start, zone);
    case "month":
      return format.shortMonth(slot.start, zone);
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
    case "month":
      return format.month(slot.start, zone);
    case "year":
      return format.year(slot.start, zone);
  }
}
