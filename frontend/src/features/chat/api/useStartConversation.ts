import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { keys } from "@/api/keys";

type Start = { kind: "support" | "direct"; participants?: string[] };

/** Creates the conversation, or returns the existing one with the same participants. */
export function useStartConversation() {
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
