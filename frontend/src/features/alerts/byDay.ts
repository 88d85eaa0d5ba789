import type { Alert } from "@/api/types";
import { dayIn } from "@/i18n/zone";

const here = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Alerts in their given order, gathered under the day their hour began on. */
export function byDay(alerts: Alert[], zone = here()): { day: string; alerts: Alert[] }[] {
  const days = new Map<string, Alert[]>();
  for (const alert of alerts) {
    const day = dayIn(zone, alert.hour_start);
    days.set(day, [...(days.get(day) ?? []), alert]);
  }
  return [...days].map(([day, alerts]) => ({ day, alerts }));
}
