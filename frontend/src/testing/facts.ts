import type { Alert, Summary } from "@/api/types";

/** Plausible things for tests; say what matters, the rest is filled in. */
export function anAlert(change: Partial<Alert> = {}): Alert {
  return {
    id: "a1",
    device_id: "d1",
    owner_id: "u1",
    kind: "hourly_limit",
    hour_start: "2026-05-04T10:00:00Z",
    hour_end: "2026-05-04T11:00:00Z",
    energy_kwh: 1.3,
    limit_kwh: 1.2,
    severity: "warning",
    state: "active",
    acknowledged_at: null,
    acknowledged_by: null,
    raised_at: "2026-05-04T10:40:00Z",
    ...change,
  };
}

export function aSummary(change: Partial<Summary> = {}): Summary {
  return {
    device_id: "d1",
    time_zone: "Europe/Bucharest",
    state: "live",
    last_reading_at: "2026-05-04T10:39:00Z",
    last_measurement_value: 0.1,
    power_w: 600,
    limit_kwh: 1.2,
    hour: { start: "2026-05-04T10:00:00Z", end: "2026-05-04T11:00:00Z", energy_kwh: 0.9 },
    today_kwh: 5,
    yesterday_kwh: 9,
    yesterday_same_time_kwh: 4,
    month_kwh: 40,
    last_month_kwh: 200,
    last_month_same_time_kwh: 30,
    over_limit_since: null,
    first_reading_at: "2026-01-01T00:00:00Z",
    ...change,
  };
}
