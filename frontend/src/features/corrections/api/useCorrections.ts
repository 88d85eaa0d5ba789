import { useInfiniteQuery } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { keys } from "@/api/keys";

/** Newest first, page by page. */
export function useCorrections(id: string) {
  return useInfiniteQuery({
    queryKey: keys.corrections(id),
    queryFn: ({ pageParam: cursor, signal }) =>
      ok(
        api.GET("/monitoring/devices/{device_id}/corrections", {
          params: { path: { device_id: id }, query: { limit: 10, cursor } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    select: (data) => data.pages.flatMap((page) => page.items),
  });
}
