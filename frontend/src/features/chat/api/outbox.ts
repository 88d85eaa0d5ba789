import type { QueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { keys } from "@/api/keys";
import { isTransient, Problem } from "@/api/problem";
import { onAccountChange } from "@/api/session";
import { addMessages, hasGap, type Thread } from "@/api/thread";
import { backoff } from "@/realtime/backoff";
import { chatState, type Unsent, updateChatState } from "@/realtime/chatStore";

/** The loop that sends one conversation's messages; `wake` ends its backoff early. */
type Sender = { attempt: number; wake: () => void };

const senders = new Map<string, Sender>();

onAccountChange(() => {
  for (const { wake } of senders.values()) wake();
  senders.clear();
});

/** Add a message to the conversation's outbox. The conversation need not be on the screen. */
export function sendMessage(
  queries: QueryClient,
  id: string,
  text: string,
  language: string,
  note = false,
): void {
  const message = { client_id: newId(), text, note, language, problem: null };
  updateChatState(id, ({ unsent }) => ({ unsent: [...unsent, message] }));
  void sendAll(queries, id);
}

/** Retry now, also after a permanent error. */
export function resend(queries: QueryClient, id: string, { client_id }: Unsent): void {
  setProblem(id, client_id, null);
  retryNow(id);
  void sendAll(queries, id);
}

export function discard(id: string, { client_id }: Unsent): void {
  remove(id, client_id);
  retryNow(id);
}

/** End the current backoff, for example when the connection is back. */
export function retryNow(id: string): void {
  const sender = senders.get(id);
  if (!sender) return;
  sender.attempt = 0;
  sender.wake();
}

function remove(id: string, client_id: string): void {
  updateChatState(id, ({ unsent }) => ({
    unsent: unsent.filter((message) => message.client_id !== client_id),
  }));
}

function setProblem(id: string, client_id: string, problem: unknown): void {
  updateChatState(id, ({ unsent }) => ({
    unsent: unsent.map((message) =>
      message.client_id === client_id ? { ...message, problem } : message,
    ),
  }));
}

/**
 * One at a time, in the order they were written: a message that is being retried holds back those
 * after it. A message with a permanent error stays in the outbox and is skipped.
 */
async function sendAll(queries: QueryClient, id: string): Promise<void> {
  if (senders.has(id)) return;
  const sender: Sender = { attempt: 0, wake: () => undefined };
  senders.set(id, sender);
  // No longer the same when another account has signed in.
  while (senders.get(id) === sender) {
    const { unsent } = chatState(id);
    const next = unsent.find(({ problem }) => !problem || isTransient(problem));
    if (!next) {
      senders.delete(id);
      return;
    }
    const problem = await post(queries, id, next);
    if (isTransient(problem)) await waitForRetry(sender, problem);
    else sender.attempt = 0;
  }
}

function waitForRetry(sender: Sender, problem: unknown): Promise<void> {
  const retryAfter = problem instanceof Problem ? problem.retryAfter : null;
  const delay = retryAfter === null ? backoff(sender.attempt) : retryAfter * 1000;
  sender.attempt += 1;
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, delay);
    sender.wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}

/** Returns the problem, or null when the message was stored. */
async function post(queries: QueryClient, id: string, unsent: Unsent): Promise<unknown> {
  const { client_id, text, note, language } = unsent;
  const request = {
    params: { path: { conversation_id: id } },
    body: { client_id, text },
    headers: { "Accept-Language": language },
  };
  try {
    const message = await ok(
      note
        ? api.POST("/chat/conversations/{conversation_id}/notes", request)
        : api.POST("/chat/conversations/{conversation_id}/messages", request),
    );
    const key = keys.thread(id);
    const thread = queries.setQueryData<Thread>(key, (old) => old && addMessages(old, [message]));
    if (thread && hasGap(thread)) void queries.invalidateQueries({ queryKey: key });
    remove(id, client_id);
    void queries.invalidateQueries({ queryKey: keys.conversations });
    return null;
  } catch (problem) {
    setProblem(id, client_id, problem);
    // The conversation's state is not the one on the screen.
    if (problem instanceof Problem && problem.status === 409) {
      void queries.invalidateQueries({ queryKey: keys.conversation(id) });
    }
    return problem;
  }
}

/** Browsers offer `crypto.randomUUID` only over TLS; a first trial on a local network has none. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
