import type { Message } from "./types";

/** The newest messages of a conversation without a hole; `older`: there are more before them. */
export type Thread = { messages: Message[]; older: boolean };

/** By their numbers, each once, in its newest form, however often and from wherever it came. */
export function merged(held: Message[], fresh: Message[]): Message[] {
  const bySeq = new Map(held.map((message) => [message.seq, message]));
  for (const message of fresh) {
    const known = bySeq.get(message.seq);
    if (!known || version(message) >= version(known)) bySeq.set(message.seq, message);
  }
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}

/** A deleted message is never edited again. */
function version({ edited_at, deleted_at }: Message): number {
  if (deleted_at) return Number.POSITIVE_INFINITY;
  return edited_at ? Date.parse(edited_at) : 0;
}
