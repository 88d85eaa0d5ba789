import type { Alert } from "@/api/types";
import { dayIn } from "@/i18n/zone";
import { browserZone } from "@/i18n/zones";

/** Groups alerts by the day on which their hour began, and keeps their order. */
export function groupByDay(
  alerts: Alert[],
  zone = browserZone(),
): { day: string; alerts: Alert[] }[] {
  const days = new Map<string, Alert[]>();
  for (const alert of alerts) {
    const day = dayIn(zone, alert.hour_start);
    days.set(day, [...(days.get(day) ?? []), alert]);
  }
  return [...days].map(([day, alerts]) => ({ day, alerts }));
}
