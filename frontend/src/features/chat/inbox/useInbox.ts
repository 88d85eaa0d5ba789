import type { Conversation } from "@/api/types";
import { useConversations } from "@/features/chat/api/useConversations";
import { sortByActivity, sortByWaiting } from "@/features/chat/order";
import type { InboxView } from "@/features/chat/search";

const PAGE_SIZE = 50;

/** A frame updates a conversation in place, also when it no longer belongs in the list. */
const isIn: Record<InboxView, (conversation: Conversation, me: string) => boolean> = {
  waiting: ({ state }) => state === "waiting_human",
  mine: ({ state, operator }, me) => state === "human_active" && operator?.id === me,
  all: () => true,
  resolved: ({ state }) => state === "resolved",
};

/** The lists of the inbox; those with a count are always loaded. */
export function useInbox(view: InboxView, me: string) {
  const lists = {
    waiting: useConversations({ view: "waiting", kind: "support", limit: PAGE_SIZE }),
    mine: useConversations({ view: "mine", kind: "support", limit: PAGE_SIZE }),
    all: useConversations({ view: "all", kind: "support", limit: PAGE_SIZE }, view === "all"),
    resolved: useConversations(
      { view: "resolved", kind: "support", limit: PAGE_SIZE },
      view === "resolved",
    ),
  };
  const shown = (of: InboxView) => (lists[of].data ?? []).filter((item) => isIn[of](item, me));
  const count = (of: "waiting" | "mine") => {
    if (!lists[of].data) return "";
    return lists[of].hasNextPage ? `${shown(of).length}+` : String(shown(of).length);
  };
  const sort = view === "waiting" ? sortByWaiting : sortByActivity;
  return {
    list: lists[view],
    items: sort(shown(view)),
    mine: shown("mine"),
    counts: { waiting: count("waiting"), mine: count("mine"), all: "", resolved: "" },
  };
}
