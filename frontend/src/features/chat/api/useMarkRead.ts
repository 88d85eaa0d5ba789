import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { keys } from "@/api/keys";
import { updateConversations } from "@/realtime/conversations";

/** Marks the messages up to `seq` as read. */
export function useMarkRead(id: string, me: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (seq: number) =>
      ok(
        api.POST("/chat/conversations/{conversation_id}/read", {
          params: { path: { conversation_id: id } },
          body: { seq },
        }),
      ),
    onSuccess: (_, seq) => {
      updateConversations(
        queries,
        (old) => ({
          ...old,
          unread: 0,
          participants: old.participants.map((person) =>
            person.id === me ? { ...person, last_read_seq: seq } : person,
          ),
        }),
        id,
      );
      void queries.invalidateQueries({ queryKey: keys.chatUnread });
    },
  });
}
