import { useQuery } from "@tanstack/react-query";
import { api, ok } from "../client";
import { keys } from "../keys";
import { msToNextChange } from "./nextChange";

/** Current values of the first 200 meters; kept current by `consumption.updated`. */
export function useSummaries() {
  return useQuery({
    queryKey: keys.summaryList,
    queryFn: ({ signal }) =>
      ok(api.GET("/monitoring/summaries", { params: { query: { limit: 200 } }, signal })),
    refetchInterval: (query) => msToNextChange(query.state.data?.items),
  });
}
