import type { Conversation } from "@/api/types";

const newest = (a: Conversation, b: Conversation) =>
  Date.parse(b.updated_at) - Date.parse(a.updated_at);

/** What moved last comes first, also when it moved since the list was fetched. */
export function byActivity(conversations: Conversation[]): Conversation[] {
  return [...conversations].sort(newest);
}

/** Who has waited longest comes first. */
export function byWaiting(conversations: Conversation[]): Conversation[] {
  return [...conversations].sort(
    (a, b) =>
      Date.parse(a.waiting_since ?? a.updated_at) - Date.parse(b.waiting_since ?? b.updated_at),
  );
}
