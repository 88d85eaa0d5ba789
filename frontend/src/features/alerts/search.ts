export const alertStates = ["new", "active", "cleared"] as const;
export type AlertState = (typeof alertStates)[number];
export type AlertSearch = { device?: string; state?: AlertState };

export function parseAlerts(raw: Record<string, unknown>): AlertSearch {
  return {
    device: typeof raw.device === "string" ? raw.device : undefined,
    state: alertStates.find((state) => state === raw.state),
  };
}
