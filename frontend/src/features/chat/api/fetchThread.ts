import { api, ok } from "@/api/client";
import { mergeMessages, type Thread } from "@/api/thread";
import type { Message } from "@/api/types";

const PAGE_SIZE = 50;
/** Messages can be edited for some minutes: fetching a few known ones again finds missed edits. */
const OVERLAP = 30;
const CATCH_UP_PAGE_SIZE = 200;
/** After a longer absence the newest messages are loaded instead. */
const MAX_CATCH_UP_PAGES = 5;

type Range = { after_seq?: number; before_seq?: number; limit: number };

async function fetchMessages(id: string, query: Range, signal?: AbortSignal): Promise<Message[]> {
  const params = { path: { conversation_id: id }, query };
  const page = await ok(
    api.GET("/chat/conversations/{conversation_id}/messages", { params, signal }),
  );
  return page.items;
}

export async function fetchNewest(id: string, signal?: AbortSignal): Promise<Thread> {
  const messages = await fetchMessages(id, { limit: PAGE_SIZE }, signal);
  return {
    messages,
    hasOlder: messages.length === PAGE_SIZE,
    completeTo: messages.at(-1)?.seq ?? 0,
  };
}

/** The page of messages before those of `cached`, without them. */
export async function fetchOlder(id: string, cached: Thread, limit = PAGE_SIZE): Promise<Thread> {
  const before_seq = cached.messages[0]?.seq ?? 1;
  const messages = await fetchMessages(id, { before_seq, limit });
  return { ...cached, messages, hasOlder: messages.length === limit };
}

/** `cached` with everything after its first gap, or the newest messages when that is too much. */
export async function fetchMissed(
  id: string,
  cached: Thread,
  signal?: AbortSignal,
): Promise<Thread> {
  const complete = cached.messages.filter(({ seq }) => seq <= cached.completeTo);
  const first = complete.at(-OVERLAP) ?? complete[0];
  let after_seq = first ? first.seq - 1 : cached.completeTo;
  let missed: Message[] = [];
  for (let page = 0; page < MAX_CATCH_UP_PAGES; page += 1) {
    const next = await fetchMessages(id, { after_seq, limit: CATCH_UP_PAGE_SIZE }, signal);
    missed = mergeMessages(missed, next);
    after_seq = next.at(-1)?.seq ?? after_seq;
    if (next.length < CATCH_UP_PAGE_SIZE) {
      const completeTo = Math.max(cached.completeTo, after_seq);
      return { ...cached, messages: mergeMessages(cached.messages, missed), completeTo };
    }
  }
  return fetchNewest(id, signal);
}
