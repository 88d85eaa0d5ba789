import { useQuery } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { keys } from "@/api/keys";
import type { AlertFilter } from "../search";

/** How many unacknowledged alerts the filter selects, on all pages of the list. */
export function useUnacknowledged(filter: AlertFilter) {
  return useQuery({
    queryKey: keys.unacknowledged(filter),
    queryFn: ({ signal }) =>
      ok(
        api.GET("/monitoring/alerts/count", {
          params: { query: { ...filter, acknowledged: false } },
          signal,
        }),
      ),
    select: ({ count }) => count,
  });
}
