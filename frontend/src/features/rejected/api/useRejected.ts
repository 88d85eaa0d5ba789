import { useInfiniteQuery } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { keys } from "@/api/keys";
import type { RejectedGroup } from "@/api/types";

/** The pending readings with one code, latest first. */
export function useRejected(code: RejectedGroup["code"]) {
  return useInfiniteQuery({
    queryKey: keys.rejectedOf(code),
    queryFn: ({ pageParam: cursor, signal }) =>
      ok(
        api.GET("/monitoring/rejected", {
          params: { query: { code, state: "pending", limit: 20, cursor } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    select: (data) => data.pages.flatMap((page) => page.items),
  });
}
