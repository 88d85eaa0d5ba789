export const periods = ["recent", "day24", "day", "week", "month", "year", "all"] as const;
export type Period = (typeof periods)[number];

export type MeterSearch = { period?: Period; date?: string; at?: string };

/** `at` is the start of an alert's hour; the chart opens on its day. */
export function parseMeter(raw: Record<string, unknown>): MeterSearch {
  const { date, at } = raw;
  return {
    period: periods.find((period) => period === raw.period),
    date: typeof date === "string" && /^\d{4}-\d{2}-\d{2}$/.test(date) ? date : undefined,
    at: typeof at === "string" && !Number.isNaN(Date.parse(at)) ? at : undefined,
  };
}
