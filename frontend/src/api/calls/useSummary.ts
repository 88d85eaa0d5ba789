import { useQuery } from "@tanstack/react-query";
import { api, ok } from "../client";
import { keys } from "../keys";
import { msToNextChange } from "./nextChange";

/** Current values of one meter; kept current by `consumption.updated`. */
export function useSummary(id: string, enabled = true) {
  return useQuery({
    queryKey: keys.summary(id),
    queryFn: ({ signal }) =>
      ok(
        api.GET("/monitoring/devices/{device_id}/summary", {
          params: { path: { device_id: id } },
          signal,
        }),
      ),
    enabled,
    refetchInterval: (query) => msToNextChange(query.state.data && [query.state.data]),
  });
}
