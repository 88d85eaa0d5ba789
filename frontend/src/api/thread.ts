import type { Message } from "./types";

/**
 * The newest messages of a conversation, by `seq`. `hasOlder`: the service has more before them.
 * `completeTo`: no message up to this `seq` is missing; later ones were pushed and may have gaps.
 */
export type Thread = { messages: Message[]; hasOlder: boolean; completeTo: number };

/** Each message once, in its newest version, sorted by `seq`. */
export function mergeMessages(cached: Message[], received: Message[]): Message[] {
  const bySeq = new Map(cached.map((message) => [message.seq, message]));
  for (const message of received) {
    const known = bySeq.get(message.seq);
    if (!known || version(message) >= version(known)) bySeq.set(message.seq, message);
  }
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}

/** Add pushed messages, in any order; `completeTo` advances over those that follow it. */
export function addMessages(thread: Thread, received: Message[]): Thread {
  const messages = mergeMessages(thread.messages, received);
  let { completeTo } = thread;
  for (const { seq } of messages) if (seq === completeTo + 1) completeTo = seq;
  return { ...thread, messages, completeTo };
}

/** Whether messages may be missing. A skipped `seq` may also belong to a note this reader cannot see. */
export function hasGap({ messages, completeTo }: Thread): boolean {
  return (messages.at(-1)?.seq ?? 0) > completeTo;
}

/** A deleted message cannot be edited any more. */
function version({ edited_at, deleted_at }: Message): number {
  if (deleted_at) return Number.POSITIVE_INFINITY;
  return edited_at ? Date.parse(edited_at) : 0;
}
