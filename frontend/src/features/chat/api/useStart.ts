import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { keys } from "@/api/keys";

type Start = { kind: "support" | "direct"; participants?: string[] };

/** Begin a conversation, or get the one there is. */
export function useStart() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ kind, participants = [] }: Start) =>
      ok(api.POST("/chat/conversations", { body: { kind, participants } })),
    onSuccess: (conversation) => {
      queries.setQueryData(keys.conversation(conversation.id), conversation);
      return queries.invalidateQueries({ queryKey: keys.conversations });
    },
  });
}
