import type { Conversation, Message, Participant } from "@/api/types";

/** Who has read the message, of how many it was for: to a client an operator, to an operator the client. */
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
  // Of several operators any one will do.
  return { people, of: support ? 1 : readers.length };
}
