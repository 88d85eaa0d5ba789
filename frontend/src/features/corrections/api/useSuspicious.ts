import { useInfiniteQuery } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { keys } from "@/api/keys";

/** Intervals that the meter can hardly have measured. */
export function useSuspicious(id: string) {
  return useInfiniteQuery({
    queryKey: keys.suspicious(id),
    queryFn: ({ pageParam: cursor, signal }) =>
      ok(
        api.GET("/monitoring/devices/{device_id}/suspicious", {
          params: { path: { device_id: id }, query: { limit: 10, cursor } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    select: (data) => data.pages.flatMap((page) => page.items),
  });
}
