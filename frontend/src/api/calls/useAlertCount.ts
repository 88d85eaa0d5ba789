import { useQuery } from "@tanstack/react-query";
import { api, ok } from "../client";
import { keys } from "../keys";

/** The number of unacknowledged alerts. */
export function useAlertCount() {
  return useQuery({
    queryKey: keys.alertCount,
    queryFn: ({ signal }) =>
      ok(
        api.GET("/monitoring/alerts/count", {
          params: { query: { acknowledged: false, past: false } },
          signal,
        }),
      ),
    select: ({ count }) => count,
  });
}
