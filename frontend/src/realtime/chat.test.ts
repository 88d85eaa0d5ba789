import { QueryClient } from "@tanstack/react-query";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { keys } from "@/api/keys";
import type { Conversation, ServerFrame } from "@/api/types";
import { aConversation, aHelp, aMessage } from "@/testing/facts";
import { type Context, dispatch } from "./handlers";
import { Notices, type Toast } from "./notices";

let context: Context;
let toasts: Toast[];
let known: Conversation;

function as(role: "client" | "admin", id = "u1"): void {
  context = {
    me: { id },
    queries: new QueryClient(),
    notices: new Notices({ id, role }, (toast) => toasts.push(toast), {
      meterOf: async () => ({ name: "Flat" }),
      conversationOf: async () => known,
    }),
    renew: () => undefined,
  };
}

const frame = (type: string, data: object) =>
  dispatch({ type, id: "f", at: "", data } as ServerFrame, context);
const held = () => context.queries.getQueryData<Conversation>(keys.conversation("c1"));
const now = (seq: number, change = {}) =>
  aMessage(seq, { created_at: new Date().toISOString(), ...change });

beforeEach(() => {
  toasts = [];
  known = aConversation();
  as("client");
});

describe("a message from elsewhere", () => {
  it("is told once and leads to itself", async () => {
    frame("chat.message", { message: now(3) });
    frame("chat.message", { message: now(3) });
    await vi.waitFor(() => expect(toasts).toHaveLength(1));
    expect(toasts[0]).toMatchObject({
      title: "Bogdan",
      message: "text 3",
      href: "/messages?conversation=c1&seq=3",
    });
  });

  it("of one's own from another tab is no news", async () => {
    const author = { kind: "person", id: "u1", name: "Ana", role: "client" };
    frame("chat.message", { message: now(3, { author }) });
    await Promise.resolve();
    expect(toasts).toEqual([]);
  });

  it("counts as unread in the lists and stands as their last", () => {
    context.queries.setQueryData(keys.conversation("c1"), aConversation());
    frame("chat.message", { message: now(3) });
    frame("chat.message", { message: now(3) });
    expect(held()).toMatchObject({ unread: 1, last_seq: 3, last_message: { seq: 3 } });
  });

  it("is not hidden in the lists by a line of the system after it", () => {
    context.queries.setQueryData(keys.conversation("c1"), aConversation());
    frame("chat.message", { message: now(3) });
    frame("chat.message", { message: now(4, { author: { kind: "system" } }) });
    expect(held()).toMatchObject({ unread: 1, last_seq: 4, last_message: { seq: 3 } });
  });
});

describe("to an operator", () => {
  beforeEach(() => as("admin", "o1"));

  it("a client's words are told when the conversation is theirs, not when it is a colleague's", async () => {
    known = aHelp({ state: "human_active", operator: { id: "o2", name: "Other" } });
    frame("chat.message", { message: now(3) });
    await Promise.resolve();
    known = aHelp({ state: "human_active", operator: { id: "o1", name: "Me" } });
    frame("chat.message", { message: now(4) });
    await vi.waitFor(() => expect(toasts.map(({ message }) => message)).toEqual(["text 4"]));
    expect(toasts[0]?.href).toBe("/inbox?view=mine&conversation=c1&seq=4");
  });

  it("somebody who begins to wait is told once", () => {
    const waiting_since = new Date().toISOString();
    const conversation = aHelp({ state: "waiting_human", waiting_since });
    frame("chat.conversation", { conversation });
    frame("chat.conversation", { conversation });
    expect(toasts.map(({ title }) => title)).toEqual(["Ana is waiting for a person"]);
  });
});

describe("a conversation that has changed", () => {
  it("keeps what depends on its reader", () => {
    const old = aHelp({ unread: 2, state: "waiting_human", queue_position: 3 });
    context.queries.setQueryData(keys.conversation("c1"), old);
    const pushed = { ...old, unread: null, queue_position: null, last_seq: 1 };
    frame("chat.conversation", { conversation: pushed });
    expect(held()).toMatchObject({ unread: 2, queue_position: 3, last_seq: 1 });
  });

  it("is not turned back by a frame that comes late", () => {
    const claimed = aHelp({ state: "human_active", last_seq: 5 });
    context.queries.setQueryData(keys.conversation("c1"), claimed);
    frame("chat.conversation", { conversation: aHelp({ state: "waiting_human", last_seq: 4 }) });
    expect(held()?.state).toBe("human_active");
  });
});

it("reading moves the mark of who read, and never back", () => {
  context.queries.setQueryData(keys.conversation("c1"), aConversation());
  frame("chat.read", { conversation_id: "c1", user_id: "u2", seq: 4 });
  frame("chat.read", { conversation_id: "c1", user_id: "u2", seq: 2 });
  expect(held()?.participants.map(({ last_read_seq }) => last_read_seq)).toEqual([0, 4]);
});

it("presence shows in every conversation with the person", () => {
  context.queries.setQueryData(keys.conversation("c1"), aConversation());
  frame("presence", { user_id: "u2", online: false });
  expect(held()?.participants[1]?.online).toBe(false);
});
