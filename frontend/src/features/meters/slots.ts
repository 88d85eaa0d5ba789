import type { ConsumptionPoint, Resolution } from "@/api/types";
import { addToDate, dayIn, startOfDay } from "@/i18n/zone";
import type { Window } from "./period";

/** One interval on the axis; `point` is null for a future one. */
export type Slot = { start: string; end: string; point: ConsumptionPoint | null };

/** Milliseconds, or what the calendar counts. */
const lengths = {
  quarter_hour: 15 * 60_000,
  hour: 60 * 60_000,
  day: { days: 1 },
  week: { days: 7 },
  month: { months: 1 },
  year: { months: 12 },
} as const;

/** The slots of the whole window, future ones included, so that today is as wide as any day. */
export function slotsOf(points: ConsumptionPoint[], window: Window, zone: string): Slot[] {
  const slots: Slot[] = points.map((point) => ({ start: point.start, end: point.end, point }));
  const { resolution } = window;
  if (resolution === "auto") return slots; // has no future: it ends now
  const until = Date.parse(window.to ?? "");
  let start = slots.at(-1)?.end ?? window.from;
  while (start !== undefined && Date.parse(start) < until) {
    const end = intervalEnd(start, resolution, zone);
    slots.push({ start, end, point: null });
    start = end;
  }
  return slots;
}

function intervalEnd(start: string, resolution: Resolution, zone: string): string {
  const length = lengths[resolution];
  if (typeof length === "number") return new Date(Date.parse(start) + length).toISOString();
  return startOfDay(addToDate(dayIn(zone, start), length), zone).toISOString();
}

export function isRunning(slot: Slot, now: number): boolean {
  return Date.parse(slot.start) <= now && now < Date.parse(slot.end);
}

/** The energy of the first `count` points, to compare like with like while a period is running. */
export function sumOfFirst(points: ConsumptionPoint[], count: number): number {
  return points.slice(0, count).reduce((sum, point) => sum + point.energy_kwh, 0);
}
