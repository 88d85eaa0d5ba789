import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { keys } from "@/api/keys";
import type { Window } from "../period";

/** The energy of each interval of a window; a null window fetches nothing. */
export function useConsumption(id: string, window: Window | null) {
  const { from, to, resolution = "hour", running = false } = window ?? {};
  const query = { from, to, resolution };
  return useQuery({
    queryKey: keys.consumptionOf(id, running ? "running" : "past", query),
    queryFn: ({ signal }) =>
      ok(
        api.GET("/monitoring/devices/{device_id}/consumption", {
          params: { path: { device_id: id }, query },
          signal,
        }),
      ),
    enabled: window !== null,
    placeholderData: keepPreviousData,
  });
}
