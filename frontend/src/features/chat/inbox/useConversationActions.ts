import type { Conversation } from "@/api/types";
import { useAccount } from "@/api/useSession";
import { type SupportAction, useSupportAction } from "@/features/chat/api/useSupportActions";

export type ConversationActions = ReturnType<typeof useConversationActions>;

/** Which actions to offer to this operator. The service decides; this only hides what it would reject. */
export function useConversationActions(conversation: Conversation) {
  const me = useAccount().id;
  const action = useSupportAction(conversation.id);
  const { state, operator } = conversation;
  const mine = state === "human_active" && operator?.id === me;
  return {
    can: {
      claim: state === "waiting_human" || state === "ai_active",
      release: mine,
      resolve: mine || state === "waiting_human",
      assign: state !== "resolved",
    },
    mine,
    operatorId: operator?.id ?? null,
    act: (what: SupportAction) => action.mutate(what),
    pending: action.isPending ? action.variables.what : null,
    error: action.error,
    dismiss: action.reset,
  };
}
