import type { AlertsQuery } from "@/api/calls/useAlerts";

export const alertStates = ["new", "active", "cleared"] as const;
export type AlertState = (typeof alertStates)[number];

/** `past`: only hours found in imported data (true) or only the others (false). */
export type AlertSearch = { device?: string; state?: AlertState; past?: boolean };

export function parseAlerts(raw: Record<string, unknown>): AlertSearch {
  return {
    device: typeof raw.device === "string" ? raw.device : undefined,
    state: alertStates.find((state) => state === raw.state),
    past: typeof raw.past === "boolean" ? raw.past : undefined,
  };
}

/** What the API lists, counts and acknowledges alerts by; `new` is acknowledgement, not state. */
export type AlertFilter = Pick<AlertsQuery, "device_id" | "state" | "past">;

export function filterOf({ device, state, past }: AlertSearch): AlertFilter {
  return { device_id: device, state: state === "new" ? undefined : state, past };
}

export function queryOf(search: AlertSearch): AlertsQuery {
  return {
    ...filterOf(search),
    acknowledged: search.state === "new" ? false : undefined,
    limit: 50,
  };
}
