import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { keys } from "@/api/keys";
import type { Conversation } from "@/api/types";

export type Act =
  | { what: "handoff" | "claim" | "release" | "resolve" }
  | { what: "assign"; operator_id: string }
  | { what: "rating"; score: number; comment?: string };

/** Whose conversation it is; a refusal means it has moved on, so it is asked for again. */
export function useSupportAction(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (act: Act) => perform(id, act),
    onSuccess: (conversation) => queries.setQueryData(keys.conversation(id), conversation),
    onError: () => queries.invalidateQueries({ queryKey: keys.conversation(id) }),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: keys.conversations });
      void queries.invalidateQueries({ queryKey: keys.thread(id) });
      void queries.invalidateQueries({ queryKey: keys.chatUnread });
    },
  });
}

export function perform(id: string, act: Act): Promise<Conversation> {
  const params = { path: { conversation_id: id } };
  switch (act.what) {
    case "handoff":
      return ok(api.POST("/chat/conversations/{conversation_id}/handoff", { params }));
    case "claim":
      return ok(api.POST("/chat/conversations/{conversation_id}/claim", { params }));
    case "release":
      return ok(api.POST("/chat/conversations/{conversation_id}/release", { params }));
    case "resolve":
      return ok(api.POST("/chat/conversations/{conversation_id}/resolve", { params }));
    case "assign": {
      const body = { operator_id: act.operator_id };
      return ok(api.POST("/chat/conversations/{conversation_id}/assign", { params, body }));
    }
    case "rating": {
      const body = { score: act.score, comment: act.comment || null };
      return ok(api.POST("/chat/conversations/{conversation_id}/rating", { params, body }));
    }
  }
}
