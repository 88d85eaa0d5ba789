import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { api, ok } from "../client";
import { keys } from "../keys";
import type { paths } from "../schema.gen";

export type AlertsQuery = NonNullable<paths["/monitoring/alerts"]["get"]["parameters"]["query"]>;

/** Newest hour first, page by page. */
export function useAlerts(query: AlertsQuery) {
  return useInfiniteQuery({
    queryKey: keys.alertList(query),
    queryFn: ({ pageParam: cursor, signal }) =>
      ok(api.GET("/monitoring/alerts", { params: { query: { ...query, cursor } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    select: (data) => data.pages.flatMap((page) => page.items),
    placeholderData: keepPreviousData,
  });
}
