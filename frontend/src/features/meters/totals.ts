import type { Summary } from "@/api/types";

/** The sums over several meters; the limit is null unless every meter has one. */
export function totals(summaries: Summary[]) {
  const sum = (of: (summary: Summary) => number) =>
    summaries.reduce((total, summary) => total + of(summary), 0);
  const limited = summaries.length > 0 && summaries.every(({ limit_kwh }) => limit_kwh !== null);
  return {
    hour: sum(({ hour }) => hour.energy_kwh),
    limit: limited ? sum(({ limit_kwh }) => limit_kwh ?? 0) : null,
    today: sum(({ today_kwh }) => today_kwh),
    yesterday: sum(({ yesterday_same_time_kwh }) => yesterday_same_time_kwh),
    month: sum(({ month_kwh }) => month_kwh),
    lastMonth: sum(({ last_month_same_time_kwh }) => last_month_same_time_kwh),
  };
}
