import { api, ok } from "@/api/client";
import { merged, type Thread } from "@/api/thread";
import type { Message } from "@/api/types";

export const PAGE = 50;
/** Messages are edited for some minutes only: asking a little further back finds those too. */
const OVERLAP = 30;
const CATCH_UP = 200;
/** Whoever missed more than this begins again with the newest. */
const MOST_PAGES = 5;

type Where = { after_seq?: number; before_seq?: number; limit: number };

async function fetchMessages(id: string, query: Where, signal?: AbortSignal): Promise<Message[]> {
  const params = { path: { conversation_id: id }, query };
  const page = await ok(
    api.GET("/chat/conversations/{conversation_id}/messages", { params, signal }),
  );
  return page.items;
}

/** The newest messages. */
export async function fetchNewest(id: string, signal?: AbortSignal): Promise<Thread> {
  const messages = await fetchMessages(id, { limit: PAGE }, signal);
  return { messages, older: messages.length === PAGE, upTo: messages.at(-1)?.seq ?? 0 };
}

/** Those before what is held. */
export async function fetchOlder(id: string, held: Thread, limit = PAGE): Promise<Thread> {
  const before_seq = held.messages[0]?.seq ?? 1;
  const messages = await fetchMessages(id, { before_seq, limit });
  return { ...held, messages, older: messages.length === limit };
}

/** What was missed since `held` is asked for from where it has its first hole, however much that is. */
export async function fetchMissed(id: string, held: Thread, signal?: AbortSignal): Promise<Thread> {
  const whole = held.messages.filter(({ seq }) => seq <= held.upTo);
  const first = whole.at(-OVERLAP) ?? whole[0];
  let after_seq = first ? first.seq - 1 : held.upTo;
  let found: Message[] = [];
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const next = await fetchMessages(id, { after_seq, limit: CATCH_UP }, signal);
    found = merged(found, next);
    after_seq = next.at(-1)?.seq ?? after_seq;
    if (next.length < CATCH_UP) {
      const upTo = Math.max(held.upTo, after_seq);
      return { ...held, messages: merged(held.messages, found), upTo };
    }
  }
  return fetchNewest(id, signal);
}
