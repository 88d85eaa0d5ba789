import type { QueryClient } from "@tanstack/react-query";
import { keys } from "@/api/keys";
import { hasHole, joined, merged, type Thread } from "@/api/thread";
import type { Message } from "@/api/types";
import { calmly } from "./calmly";
import { changeConversations, pushed } from "./conversations";
import type { Context, Of } from "./handlers";
import { isViewed } from "./viewing";

/** Lists and counts are asked for again at most this often. */
const APART_MS = 400;

/** Who writes at this moment, until when that is believed. */
export type Typing = { user: string; name: string | null; until: number };
export type Draft = { episode: number; text: string; until: number };

/** It is said again every few seconds while it is true. */
const TYPING_MS = 6_000;
const DRAFT_MS = 20_000;

type Chat =
  | "chat.message"
  | "chat.message_changed"
  | "chat.conversation"
  | "chat.read"
  | "chat.typing"
  | "chat.draft"
  | "presence";

export const chatFrames: { [Type in Chat]: (frame: Of<Type>, context: Context) => void } = {
  "chat.message": ({ data: { message } }, { queries, notices, me }) => {
    const mine = message.author.id === me.id;
    arrive(queries, message);
    quiet(queries, message);
    if (!message.note) {
      const unread = mine || message.author.kind === "system" || isViewed(message.conversation_id);
      changeConversations(
        queries,
        (old) =>
          old.last_seq >= message.seq
            ? old
            : {
                ...old,
                last_message: said(message) || !said(old.last_message) ? message : old.last_message,
                last_seq: message.seq,
                updated_at: message.created_at,
                unread: (old.unread ?? 0) + (unread ? 0 : 1),
              },
        message.conversation_id,
      );
    }
    recount(queries);
    if (!mine) void notices.message(message);
  },
  "chat.message_changed": ({ data: { message } }, { queries }) => {
    queries.setQueryData<Thread>(
      keys.thread(message.conversation_id),
      (old) =>
        old && {
          ...old,
          messages: old.messages.some(({ seq }) => seq === message.seq)
            ? merged(old.messages, [message])
            : old.messages,
        },
    );
    changeConversations(
      queries,
      (old) =>
        old.last_message?.id === message.id
          ? { ...old, last_message: merged([old.last_message], [message])[0] ?? message }
          : old,
      message.conversation_id,
    );
    recount(queries);
  },
  "chat.conversation": ({ data: { conversation } }, { queries, notices }) => {
    changeConversations(
      queries,
      (old) => (isOlder(conversation, old) ? old : pushed(old, conversation)),
      conversation.id,
    );
    queries.setQueryData(keys.draft(conversation.id), null);
    // The system line of the transition, and the place in the queue.
    calmly(queries, keys.thread(conversation.id), APART_MS);
    calmly(queries, keys.conversation(conversation.id), APART_MS);
    recount(queries);
    notices.conversation(conversation);
  },
  "chat.read": ({ data: { conversation_id, user_id, seq } }, { queries, me }) => {
    changeConversations(
      queries,
      (old) => ({
        ...old,
        participants: old.participants.map((person) =>
          person.id === user_id
            ? { ...person, last_read_seq: Math.max(person.last_read_seq, seq) }
            : person,
        ),
      }),
      conversation_id,
    );
    if (user_id === me.id) recount(queries);
  },
  "chat.typing": ({ data: { conversation_id, user_id, name } }, { queries }) => {
    const now = Date.now();
    queries.setQueryData<Typing[]>(keys.typing(conversation_id), (old = []) => [
      ...old.filter(({ user, until }) => user !== user_id && until > now),
      { user: user_id, name, until: now + TYPING_MS },
    ]);
  },
  "chat.draft": ({ data: { conversation_id, episode, text } }, { queries }) => {
    queries.setQueryData<Draft>(keys.draft(conversation_id), {
      episode,
      text,
      until: Date.now() + DRAFT_MS,
    });
  },
  presence: ({ data: { user_id, online } }, { queries }) => {
    changeConversations(queries, (old) => ({
      ...old,
      participants: old.participants.map((person) =>
        person.id === user_id ? { ...person, online } : person,
      ),
    }));
  },
};

/** Into the thread, when it is on the screen; a hole before it is asked for. */
function arrive(queries: QueryClient, message: Message): void {
  const key = keys.thread(message.conversation_id);
  const thread = queries.getQueryData<Thread>(key);
  if (thread) {
    const longer = joined(thread, [message]);
    queries.setQueryData<Thread>(key, longer);
    // A question under way goes on: it sees to the hole when it is answered.
    if (hasHole(longer)) calmly(queries, key, APART_MS, { cancelRefetch: false });
  } else if (queries.getQueryState(key)) {
    // It is being asked for at this moment, and the answer may be from before this message.
    queries.setQueryData<Message[]>(keys.arrived(message.conversation_id), (old = []) => [
      ...old,
      message,
    ]);
  }
}

/** Who has just spoken no longer types. */
function quiet(queries: QueryClient, { conversation_id, author }: Message): void {
  const who = author.kind === "assistant" ? "assistant" : author.id;
  queries.setQueryData<Typing[]>(keys.typing(conversation_id), (old) =>
    old?.filter(({ user }) => user !== who),
  );
  if (author.kind === "assistant") queries.setQueryData(keys.draft(conversation_id), null);
}

/** By somebody: a system line does not hide what was asked. */
const said = (message: Message | null | undefined) =>
  message != null && message.author.kind !== "system";

function recount(queries: QueryClient): void {
  calmly(queries, keys.conversations, APART_MS);
  calmly(queries, keys.chatUnread, APART_MS);
}

type Standing = { updated_at: string; last_seq: number };
const isOlder = (fresh: Standing, held: Standing) =>
  fresh.last_seq < held.last_seq || Date.parse(fresh.updated_at) < Date.parse(held.updated_at);
