import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import { keys } from "@/api/keys";
import type { Conversation, Page } from "@/api/types";

type Pages = InfiniteData<Page<Conversation>>;
type Change = (conversation: Conversation) => Conversation;

/** Change one cached conversation, or all of them, in the lists and where it is open. */
export function updateConversations(queries: QueryClient, change: Change, id?: string): void {
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

/** A pushed conversation is the same for every reader: what depends on the reader is kept from `old`. */
export function mergePushed(old: Conversation, pushed: Conversation): Conversation {
  const online = new Map(old.participants.map((person) => [person.id, person.online]));
  return {
    ...pushed,
    unread: pushed.unread ?? old.unread,
    queue_position:
      pushed.state === "waiting_human" ? (pushed.queue_position ?? old.queue_position) : null,
    participants: pushed.participants.map((person) => ({
      ...person,
      online: person.online ?? online.get(person.id) ?? null,
    })),
  };
}
