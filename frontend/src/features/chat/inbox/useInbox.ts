import type { Conversation } from "@/api/types";
import { useConversations } from "@/features/chat/api/useConversations";
import { byActivity, byWaiting } from "@/features/chat/order";
import type { InboxView } from "@/features/chat/search";

const PAGE = 50;

/** A frame may have moved a conversation out of the view it is still listed in. */
const belongs: Record<InboxView, (conversation: Conversation, me: string) => boolean> = {
  waiting: ({ state }) => state === "waiting_human",
  mine: ({ state, operator }, me) => state === "human_active" && operator?.id === me,
  all: () => true,
  resolved: ({ state }) => state === "resolved",
};

/** The lists of the inbox; those with a count are always asked for. */
export function useInbox(view: InboxView, me: string) {
  const lists = {
    waiting: useConversations({ view: "waiting", kind: "support", limit: PAGE }),
    mine: useConversations({ view: "mine", kind: "support", limit: PAGE }),
    all: useConversations({ view: "all", kind: "support", limit: PAGE }, view === "all"),
    resolved: useConversations(
      { view: "resolved", kind: "support", limit: PAGE },
      view === "resolved",
    ),
  };
  const shown = (of: InboxView) => (lists[of].data ?? []).filter((item) => belongs[of](item, me));
  const count = (of: "waiting" | "mine") => {
    if (!lists[of].data) return "";
    return lists[of].hasNextPage ? `${shown(of).length}+` : String(shown(of).length);
  };
  const sort = view === "waiting" ? byWaiting : byActivity;
  return {
    list: lists[view],
    items: sort(shown(view)),
    mine: shown("mine"),
    counts: { waiting: count("waiting"), mine: count("mine"), all: "", resolved: "" },
  };
}
