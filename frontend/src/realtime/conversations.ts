import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import { keys } from "@/api/keys";
import type { Conversation, Page } from "@/api/types";

type Pages = InfiniteData<Page<Conversation>>;
type Change = (conversation: Conversation) => Conversation;

/** Change a conversation, or all of them, wherever it is on the screen. */
export function changeConversations(queries: QueryClient, change: Change, id?: string): void {
  const one = (old: Conversation) => (id === undefined || old.id === id ? change(old) : old);
  const single = id === undefined ? ["chat", "one"] : keys.conversation(id);
  queries.setQueriesData<Conversation>({ queryKey: single }, (old) => old && one(old));
  queries.setQueriesData<Pages>(
    { queryKey: keys.conversations },
    (old) =>
      old && {
        ...old,
        pages: old.pages.map((page) => ({ ...page, items: page.items.map(one) })),
      },
  );
}

/** What was pushed says nothing of what depends on its reader: that stays as it was. */
export function pushed(old: Conversation, fresh: Conversation): Conversation {
  const online = new Map(old.participants.map((person) => [person.id, person.online]));
  return {
    ...fresh,
    unread: fresh.unread ?? old.unread,
    queue_position:
      fresh.state === "waiting_human" ? (fresh.queue_position ?? old.queue_position) : null,
    participants: fresh.participants.map((person) => ({
      ...person,
      online: person.online ?? online.get(person.id) ?? null,
    })),
  };
}
