import type { QueryClient } from "@tanstack/react-query";
import { keys } from "@/api/keys";
import { addMessages, hasGap, mergeMessages, type Thread } from "@/api/thread";
import type { Message } from "@/api/types";
import { updateChatState } from "./chatStore";
import { mergePushed, updateConversations } from "./conversations";
import type { FrameHandlers } from "./frames";
import { throttledInvalidate } from "./throttledInvalidate";
import { isConversationVisible } from "./visibility";

/** Lists and counts are refetched at most this often. */
const REFETCH_INTERVAL_MS = 400;

/** The server repeats both hints every few seconds for as long as they hold. */
const TYPING_TTL_MS = 6_000;
const DRAFT_TTL_MS = 20_000;

type ChatFrameType =
  | "chat.message"
  | "chat.message_changed"
  | "chat.conversation"
  | "chat.read"
  | "chat.typing"
  | "chat.draft"
  | "presence";

export const chatFrames: FrameHandlers<ChatFrameType> = {
  "chat.message": ({ data: { message } }, { queries, notifier, me }) => {
    const mine = message.author.id === me.id;
    addToThread(queries, message);
    clearTyping(message);
    if (!message.note) {
      const read = mine || isSystem(message) || isConversationVisible(message.conversation_id);
      updateConversations(
        queries,
        (old) =>
          old.last_seq >= message.seq
            ? old
            : {
                ...old,
                // A system line does not replace the question above it in the lists.
                last_message:
                  isSystem(message) && old.last_message && !isSystem(old.last_message)
                    ? old.last_message
                    : message,
                last_seq: message.seq,
                updated_at: message.created_at,
                unread: (old.unread ?? 0) + (read ? 0 : 1),
              },
        message.conversation_id,
      );
    }
    refetchLists(queries);
    if (!mine) void notifier.messageReceived(message);
  },
  "chat.message_changed": ({ data: { message } }, { queries }) => {
    queries.setQueryData<Thread>(
      keys.thread(message.conversation_id),
      (old) =>
        old && {
          ...old,
          messages: old.messages.some(({ seq }) => seq === message.seq)
            ? mergeMessages(old.messages, [message])
            : old.messages,
        },
    );
    updateConversations(
      queries,
      (old) =>
        old.last_message?.id === message.id
          ? { ...old, last_message: mergeMessages([old.last_message], [message])[0] ?? message }
          : old,
      message.conversation_id,
    );
    refetchLists(queries);
  },
  "chat.conversation": ({ data: { conversation } }, { queries, notifier }) => {
    const { id } = conversation;
    updateConversations(
      queries,
      (old) => (isOlder(conversation, old) ? old : mergePushed(old, conversation)),
      id,
    );
    updateChatState(id, () => ({ draft: null }));
    // The frame carries neither the system line of this change nor the place in the queue.
    throttledInvalidate(queries, keys.thread(id), REFETCH_INTERVAL_MS);
    throttledInvalidate(queries, keys.conversation(id), REFETCH_INTERVAL_MS);
    refetchLists(queries);
    notifier.conversationChanged(conversation);
  },
  "chat.read": ({ data: { conversation_id, user_id, seq } }, { queries, me }) => {
    updateConversations(
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
    if (user_id === me.id) refetchLists(queries);
  },
  "chat.typing": ({ data: { conversation_id, user_id, name } }) => {
    const now = Date.now();
    updateChatState(conversation_id, ({ typing }) => ({
      typing: [
        ...typing.filter(({ user, until }) => user !== user_id && until > now),
        { user: user_id, name, until: now + TYPING_TTL_MS },
      ],
    }));
  },
  "chat.draft": ({ data: { conversation_id, episode, text } }) => {
    const draft = { episode, text, until: Date.now() + DRAFT_TTL_MS };
    updateChatState(conversation_id, () => ({ draft }));
  },
  presence: ({ data: { user_id, online } }, { queries }) => {
    updateConversations(queries, (old) => ({
      ...old,
      participants: old.participants.map((person) =>
        person.id === user_id ? { ...person, online } : person,
      ),
    }));
  },
};

/** Only a thread that is cached or being loaded; a gap before the message is fetched. */
function addToThread(queries: QueryClient, message: Message): void {
  const key = keys.thread(message.conversation_id);
  const thread = queries.getQueryData<Thread>(key);
  if (thread) {
    const longer = addMessages(thread, [message]);
    queries.setQueryData<Thread>(key, longer);
    // A fetch in flight is not cancelled: it closes the gap itself when it ends.
    if (hasGap(longer))
      throttledInvalidate(queries, key, REFETCH_INTERVAL_MS, { cancelRefetch: false });
  } else if (queries.getQueryState(key)) {
    updateChatState(message.conversation_id, ({ pushed }) => ({ pushed: [...pushed, message] }));
  }
}

/** An author who has sent a message is no longer typing it. */
function clearTyping({ conversation_id, author }: Message): void {
  const assistant = author.kind === "assistant";
  const id = assistant ? "assistant" : author.id;
  updateChatState(conversation_id, ({ typing, draft }) => ({
    // The same array if nothing changes: a new one would render the thread again.
    typing: typing.some(({ user }) => user === id)
      ? typing.filter(({ user }) => user !== id)
      : typing,
    draft: assistant ? null : draft,
  }));
}

const isSystem = ({ author }: Message) => author.kind === "system";

function refetchLists(queries: QueryClient): void {
  throttledInvalidate(queries, keys.conversations, REFETCH_INTERVAL_MS);
  throttledInvalidate(queries, keys.chatUnread, REFETCH_INTERVAL_MS);
}

type Version = { updated_at: string; last_seq: number };
const isOlder = (pushed: Version, cached: Version) =>
  pushed.last_seq < cached.last_seq ||
  Date.parse(pushed.updated_at) < Date.parse(cached.updated_at);
