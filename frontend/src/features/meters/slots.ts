import type { ConsumptionPoint, Resolution } from "@/api/types";
import { addToDate, dayIn, startOfDay } from "@/i18n/zone";
import type { Window } from "./period";

/** One interval on the axis; `point` is null for a future one. */
export type Slot = { start: string; end: string; point: ConsumptionPoint | null };

const lengths: Partial<Record<Resolution, number>> = {
  quarter_hour: 15 * 60_000,
  hour: 60 * 60_000,
};

/** The slots of the whole window, future ones included, so that today is as wide as any day. */
export function slotsOf(points: ConsumptionPoint[], window: Window, zone: string): Slot[] {
  const slots: Slot[] = points.map((point) => ({ start: point.start, end: point.end, point }));
  const until = Date.parse(window.to ?? "");
  let start = slots.at(-1)?.end ?? window.from;
  while (start !== undefined && Date.parse(start) < until) {
    const end = intervalEnd(start, window.resolution, zone);
    slots.push({ start, end, point: null });
    start = end;
  }
  return slots;
}

function intervalEnd(start: string, resolution: Resolution, zone: string): string {
  const length = lengths[resolution];
  if (length !== undefined) return new Date(Date.parse(start) + length).toISOString();
  const months = { day: 0, month: 1, year: 12 }[resolution as "day" | "month" | "year"];
  const step = months === 0 ? { days: 1 } : { months };
  return startOfDay(addToDate(dayIn(zone, start), step), zone).toISOString();
}

export function isRunning(slot: Slot, now: number): boolean {
  return Date.parse(slot.start) <= now && now < Date.parse(slot.end);
}

/** The energy of the first `count` points, to compare like with like while a period is running. */
export function sumOfFirst(points: ConsumptionPoint[], count: number): number {
  return points.slice(0, count).reduce((sum, point) => sum + point.energy_kwh, 0);
}
