import { expect, it } from "vitest";
import type { Message } from "@/api/types";
import { aConversation, aHelp, aMessage } from "@/testing/factories";
import { show } from "@/testing/show";
import { signedIn } from "@/testing/signedIn";
import { ConversationItem } from "./ConversationItem";

const line = (event: Message["event"]) =>
  aMessage(4, { author: { kind: "system", id: null, name: null, role: null }, text: "", event });

async function render(...[conversation]: Parameters<typeof aConversation>) {
  await signedIn();
  const make = conversation?.kind === "support" ? aHelp : aConversation;
  return (await show(<ConversationItem conversation={make(conversation)} />)).container;
}

it("a conversation of two shows the last message without Markdown and author", async () => {
  const item = await render({ last_message: aMessage(1, { text: "at **22:00**" }) });
  expect(item).toHaveTextContent("at 22:00");
  expect(item).not.toHaveTextContent("Bogdan:");
});

it("a conversation of several names the author of the last message", async () => {
  const { participants } = aConversation();
  const third = { id: "u3", name: "Dan", role: "client" as const, last_read_seq: 0, online: null };
  const item = await render({
    participants: [...participants, third],
    last_message: aMessage(1, { text: "at ten" }),
  });
  expect(item).toHaveTextContent("Bogdan: at ten");
});

it("the client who asked for a person is named once", async () => {
  const client = { id: "u2", name: "Bogdan" };
  const asked = line({ kind: "handed_over", actor: client, to: null, reason: null });
  const item = await render({ kind: "support", client, last_message: asked });
  expect(item).toHaveTextContent("Asked for a person.");
  expect(item).not.toHaveTextContent("Bogdan asked");
});
