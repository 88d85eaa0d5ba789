import { QueryClient } from "@tanstack/react-query";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { keys } from "@/api/keys";
import type { Conversation, ServerFrame } from "@/api/types";
import { aConversation, aHelp, aMessage } from "@/testing/factories";
import type { Context } from "./frames";
import { dispatch } from "./handlers";
import { Notifier, type Toast } from "./notifier";

let context: Context;
let toasts: Toast[];
let known: Conversation;

function as(role: "client" | "admin", id = "u1"): void {
  context = {
    me: { id },
    queries: new QueryClient(),
    notifier: new Notifier({ id, role }, (toast) => toasts.push(toast), {
      device: async () => ({ name: "Flat" }),
      conversation: async () => known,
    }),
    renew: () => undefined,
  };
}

const frame = (type: string, data: object) =>
  dispatch({ type, id: "f", at: "", data } as ServerFrame, context);
const cached = () => context.queries.getQueryData<Conversation>(keys.conversation("c1"));
const now = (seq: number, change = {}) =>
  aMessage(seq, { created_at: new Date().toISOString(), ...change });

beforeEach(() => {
  toasts = [];
  known = aConversation();
  as("client");
});

describe("a pushed message", () => {
  it("shows one toast, which links to the message", async () => {
    frame("chat.message", { message: now(3) });
    frame("chat.message", { message: now(3) });
    await vi.waitFor(() => expect(toasts).toHaveLength(1));
    expect(toasts[0]).toMatchObject({
      title: "Bogdan",
      message: "text 3",
      href: "/messages?conversation=c1&seq=3",
    });
  });

  it("sent by oneself in another tab shows no toast", async () => {
    const author = { kind: "person", id: "u1", name: "Ana", role: "client" };
    frame("chat.message", { message: now(3, { author }) });
    await Promise.resolve();
    expect(toasts).toEqual([]);
  });

  it("counts as unread and becomes the last message in the lists", () => {
    context.queries.setQueryData(keys.conversation("c1"), aConversation());
    frame("chat.message", { message: now(3) });
    frame("chat.message", { message: now(3) });
    expect(cached()).toMatchObject({ unread: 1, last_seq: 3, last_message: { seq: 3 } });
  });

  it("stays the last message in the lists when a system line follows", () => {
    context.queries.setQueryData(keys.conversation("c1"), aConversation());
    frame("chat.message", { message: now(3) });
    frame("chat.message", { message: now(4, { author: { kind: "system" } }) });
    expect(cached()).toMatchObject({ unread: 1, last_seq: 4, last_message: { seq: 3 } });
  });
});

describe("an operator", () => {
  beforeEach(() => as("admin", "o1"));

  it("gets toasts for messages in their own support conversations only", async () => {
    known = aHelp({ state: "human_active", operator: { id: "o2", name: "Other" } });
    frame("chat.message", { message: now(3) });
    await Promise.resolve();
    known = aHelp({ state: "human_active", operator: { id: "o1", name: "Me" } });
    frame("chat.message", { message: now(4) });
    await vi.waitFor(() => expect(toasts.map(({ message }) => message)).toEqual(["text 4"]));
    expect(toasts[0]?.href).toBe("/inbox?view=mine&conversation=c1&seq=4");
  });

  it("gets one toast for each client who asks for a person", () => {
    const waiting_since = new Date().toISOString();
    const conversation = aHelp({ state: "waiting_human", waiting_since });
    frame("chat.conversation", { conversation });
    frame("chat.conversation", { conversation });
    expect(toasts.map(({ title }) => title)).toEqual(["Ana is waiting for a person"]);
  });
});

describe("a pushed conversation", () => {
  it("keeps the fields that depend on the reader", () => {
    const old = aHelp({ unread: 2, state: "waiting_human", queue_position: 3 });
    context.queries.setQueryData(keys.conversation("c1"), old);
    const pushed = { ...old, unread: null, queue_position: null, last_seq: 1 };
    frame("chat.conversation", { conversation: pushed });
    expect(cached()).toMatchObject({ unread: 2, queue_position: 3, last_seq: 1 });
  });

  it("is ignored when it is older than the cached one", () => {
    const claimed = aHelp({ state: "human_active", last_seq: 5 });
    context.queries.setQueryData(keys.conversation("c1"), claimed);
    frame("chat.conversation", { conversation: aHelp({ state: "waiting_human", last_seq: 4 }) });
    expect(cached()?.state).toBe("human_active");
  });
});

it("a read marker moves forward only", () => {
  context.queries.setQueryData(keys.conversation("c1"), aConversation());
  frame("chat.read", { conversation_id: "c1", user_id: "u2", seq: 4 });
  frame("chat.read", { conversation_id: "c1", user_id: "u2", seq: 2 });
  expect(cached()?.participants.map(({ last_read_seq }) => last_read_seq)).toEqual([0, 4]);
});

it("presence is updated in every conversation of the user", () => {
  context.queries.setQueryData(keys.conversation("c1"), aConversation());
  frame("presence", { user_id: "u2", online: false });
  expect(cached()?.participants[1]?.online).toBe(false);
});
