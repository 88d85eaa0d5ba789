import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { keys } from "@/api/keys";
import type { Conversation } from "@/api/types";

export type SupportAction =
  | { what: "handoff" | "claim" | "release" | "resolve" }
  | { what: "assign"; operator_id: string }
  | { what: "rating"; score: number; comment?: string };

/** An error means that the conversation has changed meanwhile, so it is refetched. */
export function useSupportAction(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (action: SupportAction) => performSupportAction(id, action),
    onSuccess: (conversation) => queries.setQueryData(keys.conversation(id), conversation),
    onError: () => queries.invalidateQueries({ queryKey: keys.conversation(id) }),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: keys.conversations });
      void queries.invalidateQueries({ queryKey: keys.thread(id) });
      void queries.invalidateQueries({ queryKey: keys.chatUnread });
    },
  });
}

export function performSupportAction(id: string, action: SupportAction): Promise<Conversation> {
  const params = { path: { conversation_id: id } };
  switch (action.what) {
    case "handoff":
      return ok(api.POST("/chat/conversations/{conversation_id}/handoff", { params }));
    case "claim":
      return ok(api.POST("/chat/conversations/{conversation_id}/claim", { params }));
    case "release":
      return ok(api.POST("/chat/conversations/{conversation_id}/release", { params }));
    case "resolve":
      return ok(api.POST("/chat/conversations/{conversation_id}/resolve", { params }));
    case "assign": {
      const body = { operator_id: action.operator_id };
      return ok(api.POST("/chat/conversations/{conversation_id}/assign", { params, body }));
    }
    case "rating": {
      const body = { score: action.score, comment: action.comment || null };
      return ok(api.POST("/chat/conversations/{conversation_id}/rating", { params, body }));
    }
  }
}
