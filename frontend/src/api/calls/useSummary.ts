import { useQuery } from "@tanstack/react-query";
import { api, ok } from "../client";
import { keys } from "../keys";
import { untilHourEnds } from "./untilHourEnds";

/** How one meter stands now; kept current by `consumption.updated`. */
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
    refetchInterval: (query) => untilHourEnds(query.state.data?.hour.end),
  });
}
