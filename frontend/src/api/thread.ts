import type { Message } from "./types";

/**
 * The newest messages of a conversation. `older`: there are more before them. `upTo`: as far as this
 * number none is missing; what is behind it came by itself, and what is in between is asked for.
 */
export type Thread = { messages: Message[]; older: boolean; upTo: number };

/** By their numbers, each once, in its newest form, however often and from wherever it came. */
export function merged(held: Message[], fresh: Message[]): Message[] {
  const bySeq = new Map(held.map((message) => [message.seq, message]));
  for (const message of fresh) {
    const known = bySeq.get(message.seq);
    if (!known || version(message) >= version(known)) bySeq.set(message.seq, message);
  }
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}

/** The thread with messages that came by themselves, in any order: they close a hole or leave one. */
export function joined(thread: Thread, fresh: Message[]): Thread {
  const messages = merged(thread.messages, fresh);
  let { upTo } = thread;
  for (const { seq } of messages) if (seq === upTo + 1) upTo = seq;
  return { ...thread, messages, upTo };
}

/** Whether something may be missing: where numbers were passed over, only the service knows. */
export function hasHole({ messages, upTo }: Thread): boolean {
  return (messages.at(-1)?.seq ?? 0) > upTo;
}

/** A deleted message is never edited again. */
function version({ edited_at, deleted_at }: Message): number {
  if (deleted_at) return Number.POSITIVE_INFINITY;
  return edited_at ? Date.parse(edited_at) : 0;
}
