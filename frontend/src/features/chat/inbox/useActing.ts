import type { Conversation } from "@/api/types";
import { useAccount } from "@/api/useSession";
import { type Act, useSupportAction } from "@/features/chat/api/useSupportActions";

export type Acting = ReturnType<typeof useActing>;

/** What this operator can do with the conversation now; the service decides, this is what is offered. */
export function useActing(conversation: Conversation) {
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
    act: (act: Act) => action.mutate(act),
    pending: action.isPending ? action.variables.what : null,
    error: action.error,
    dismiss: action.reset,
  };
}
