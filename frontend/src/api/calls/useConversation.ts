import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, ok } from "../client";
import { keys } from "../keys";
import type { Conversation } from "../types";

/** The place in the queue moves when others are served, of whom nobody here is told. */
const QUEUE_MS = 15_000;

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

/** One conversation; kept current by `chat.conversation`, `chat.read` and `presence`. */
export function useConversation(id: string | undefined) {
  return useQuery({
    ...conversationQuery(id ?? ""),
    enabled: id !== undefined,
    refetchInterval: ({ state }) => (state.data?.state === "waiting_human" ? QUEUE_MS : false),
  });
}
