import { useSyncExternalStore } from "react";
import { onAccountChange } from "@/api/session";
import { Store } from "@/api/store";
import type { Message } from "@/api/types";

/** `until`: epoch milliseconds after which the hint has expired. */
export type Typing = { user: string; name: string | null; until: number };
/** The assistant's answer while it is being streamed. */
export type Draft = { episode: number; text: string; until: number };

/** A message that the service has not stored yet; `client_id` makes sending it idempotent. */
export type Unsent = {
  client_id: string;
  text: string;
  note: boolean;
  language: string;
  /** Why the last attempt failed. */
  problem: unknown;
};

export type MessageKind = "reply" | "note";

/** What only this browser knows about a conversation. What the service knows is in the query cache. */
type ChatState = {
  typing: Typing[];
  draft: Draft | null;
  unsent: Unsent[];
  /** Messages that were pushed while the thread was loading; the response may be older than they are. */
  pushed: Message[];
  /** Text in the composer, by the kind of message it will be. */
  reply: string;
  note: string;
};

const empty: ChatState = { typing: [], draft: null, unsent: [], pushed: [], reply: "", note: "" };
const store = new Store<Readonly<Record<string, ChatState>>>({});

// The next user of this browser must not see what the last one wrote.
onAccountChange(() => store.set({}));

export const chatState = (id: string): ChatState => store.get()[id] ?? empty;

export function updateChatState(id: string, change: (old: ChatState) => Partial<ChatState>): void {
  const old = chatState(id);
  store.set({ ...store.get(), [id]: { ...old, ...change(old) } });
}

export function setComposerText(id: string, kind: MessageKind, text: string): void {
  updateChatState(id, () => (kind === "note" ? { note: text } : { reply: text }));
}

/** One field of a conversation's state. */
export function useChatState<Field extends keyof ChatState>(
  id: string,
  field: Field,
): ChatState[Field] {
  return useSyncExternalStore(store.subscribe, () => chatState(id)[field]);
}
