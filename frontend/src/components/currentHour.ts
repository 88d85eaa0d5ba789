import type { Summary } from "@/api/types";

/**
 * The energy of the running hour. Of a silent meter only what it sent before `noDataSince` is known; null is nothing
 * of this hour.
 */
export function currentHour({ state, hour, last_reading_at }: Summary): {
  energy: number | null;
  noDataSince: string | null;
} {
  if (last_reading_at === null) return { energy: null, noDataSince: null };
  if (state === "live") return { energy: hour.energy_kwh, noDataSince: null };
  const measured = Date.parse(last_reading_at) >= Date.parse(hour.start);
  return { energy: measured ? hour.energy_kwh : null, noDataSince: last_reading_at };
}
