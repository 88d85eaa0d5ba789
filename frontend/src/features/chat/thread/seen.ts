import type { Conversation, Message, Participant } from "@/api/types";

/**
 * Who has read the message; `of`: how many readers make it "seen". In a support conversation a
 * client's message is seen by any operator, an operator's by the client.
 */
export function seenBy(
  conversation: Conversation,
  message: Message,
  me: string,
): { people: Participant[]; of: number } {
  const support = conversation.kind === "support";
  const toClient = support && message.author.role === "admin";
  const readers = conversation.participants.filter(
    ({ id, role }) => id !== null && id !== me && (!toClient || role === "client"),
  );
  const people = readers.filter(({ last_read_seq }) => last_read_seq >= message.seq);
  return { people, of: support ? 1 : readers.length };
}
