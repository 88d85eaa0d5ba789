import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { keys } from "@/api/keys";
import type { paths } from "@/api/schema.gen";

export type ConversationsQuery = NonNullable<
  paths["/chat/conversations"]["get"]["parameters"]["query"]
>;

/** Page by page, in the order of the response: frames update conversations in place. */
export function useConversations(query: ConversationsQuery, enabled = true) {
  return useInfiniteQuery({
    queryKey: keys.conversationList(query),
    queryFn: ({ pageParam: cursor, signal }) =>
      ok(api.GET("/chat/conversations", { params: { query: { ...query, cursor } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    select: (data) => data.pages.flatMap((page) => page.items),
    placeholderData: keepPreviousData,
    enabled,
  });
}
