import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, ok } from "../client";
import { keys } from "../keys";
import type { Conversation } from "../types";

/** No frame tells a client that the queue before them has moved, so the place in it is polled. */
const QUEUE_POLL_MS = 15_000;

export function conversationQuery(id: string) {
  return queryOptions<Conversation>({
    queryKey: keys.conversation(id),
    queryFn: ({ signal }) =>
      ok(
        api.GET("/chat/conversations/{conversation_id}", {
          params: { path: { conversation_id: id } },
          signal,
        }),
      ),
  });
}

/** Kept current by `chat.conversation`, `chat.read` and `presence`. */
export function useConversation(id: string | undefined) {
  return useQuery({
    ...conversationQuery(id ?? ""),
    enabled: id !== undefined,
    refetchInterval: ({ state }) => (state.data?.state === "waiting_human" ? QUEUE_POLL_MS : false),
  });
}
