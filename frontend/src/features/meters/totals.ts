import type { Summary } from "@/api/types";
import { currentHour } from "@/components/currentHour";

/**
 * The sums over several meters. The hour is that of the meters with data of it, null if none has; its limit is null
 * unless each of these has one. `silent` counts the meters without data of the hour.
 */
export function totals(summaries: Summary[]) {
  const sum = (of: (summary: Summary) => number) =>
    summaries.reduce((total, summary) => total + of(summary), 0);
  const measured = summaries.filter((summary) => currentHour(summary).energy !== null);
  const limited = measured.length > 0 && measured.every(({ limit_kwh }) => limit_kwh !== null);
  return {
    hour: measured.length > 0 ? measured.reduce((kwh, { hour }) => kwh + hour.energy_kwh, 0) : null,
    limit: limited ? measured.reduce((kwh, { limit_kwh }) => kwh + (limit_kwh ?? 0), 0) : null,
    silent: summaries.length - measured.length,
    today: sum(({ today_kwh }) => today_kwh),
    yesterday: sum(({ yesterday_same_time_kwh }) => yesterday_same_time_kwh),
    month: sum(({ month_kwh }) => month_kwh),
    lastMonth: sum(({ last_month_same_time_kwh }) => last_month_same_time_kwh),
  };
}
