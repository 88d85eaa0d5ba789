import { useInfiniteQuery } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { keys } from "@/api/keys";

/** Messages of the user's conversations that contain the text, newest first. */
export function useSearch(q: string) {
  return useInfiniteQuery({
    queryKey: keys.chatSearch(q),
    queryFn: ({ pageParam: cursor, signal }) =>
      ok(api.GET("/chat/search", { params: { query: { q, limit: 30, cursor } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    select: (data) => data.pages.flatMap((page) => page.items),
    enabled: q.length >= 2,
  });
}
