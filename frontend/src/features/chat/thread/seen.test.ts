import { expect, it } from "vitest";
import { aConversation, aHelp, aMessage } from "@/testing/factories";
import { seenBy } from "./seen";

const reader = (id: string, last_read_seq: number, role: "client" | "admin" = "client") => ({
  id,
  name: id,
  role,
  last_read_seq,
  online: null,
});
const people = (found: { people: { id: string | null }[] }) => found.people.map(({ id }) => id);

it("in a conversation of two the other one has seen it", () => {
  const conversation = aConversation({ participants: [reader("u1", 9), reader("u2", 4)] });
  expect(people(seenBy(conversation, aMessage(4), "u1"))).toEqual(["u2"]);
  expect(people(seenBy(conversation, aMessage(5), "u1"))).toEqual([]);
});

it("an operator's message is seen by the client, not by a colleague", () => {
  const conversation = aHelp({ participants: [reader("u1", 3), reader("o2", 9, "admin")] });
  const reply = aMessage(5, { author: { kind: "person", id: "o1", name: "O", role: "admin" } });
  expect(people(seenBy(conversation, reply, "o1"))).toEqual([]);
});
