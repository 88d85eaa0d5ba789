import type { Conversation } from "@/api/types";

const newest = (a: Conversation, b: Conversation) =>
  Date.parse(b.updated_at) - Date.parse(a.updated_at);

/** Latest activity first. Frames update a list in place, so it must be sorted again. */
export function sortByActivity(conversations: Conversation[]): Conversation[] {
  return [...conversations].sort(newest);
}

/** Longest waiting first. */
export function sortByWaiting(conversations: Conversation[]): Conversation[] {
  return [...conversations].sort(
    (a, b) =>
      Date.parse(a.waiting_since ?? a.updated_at) - Date.parse(b.waiting_since ?? b.updated_at),
  );
}
