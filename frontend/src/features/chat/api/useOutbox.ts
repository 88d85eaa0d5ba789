import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, ok } from "@/api/client";
import { keys } from "@/api/keys";
import { Problem } from "@/api/problem";
import { session } from "@/api/session";
import { merged, type Thread } from "@/api/thread";

/** A message that the service has not taken yet. Its `client_id` stays, so that it is stored once. */
export type Unsent = {
  client_id: string;
  text: string;
  note: boolean;
  at: number;
  problem: unknown;
};

const none: Unsent[] = [];
/** Messages of a conversation are sent one after the other, in the order they were written. */
const lines = new Map<string, Promise<void>>();

function changeOutbox(queries: QueryClient, id: string, change: (old: Unsent[]) => Unsent[]): void {
  queries.setQueryData<Unsent[]>(keys.outbox(id), (old = none) => change(old));
}

async function attempt(queries: QueryClient, id: string, unsent: Unsent, language: string) {
  const { client_id, text, note } = unsent;
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
    const thread = queries.getQueryData<Thread>(keys.thread(id));
    if (thread) {
      const messages = merged(thread.messages, [message]);
      queries.setQueryData<Thread>(keys.thread(id), { ...thread, messages });
      const before = thread.messages.at(-1)?.seq ?? 0;
      if (message.seq > before + 1) void queries.invalidateQueries({ queryKey: keys.thread(id) });
    }
    changeOutbox(queries, id, (old) => old.filter((held) => held.client_id !== client_id));
    void queries.invalidateQueries({ queryKey: keys.conversations });
  } catch (problem) {
    changeOutbox(queries, id, (old) =>
      old.map((held) => (held.client_id === client_id ? { ...held, problem } : held)),
    );
    // Refused because the conversation is not as it was shown.
    if (problem instanceof Problem && problem.status === 409) {
      void queries.invalidateQueries({ queryKey: keys.conversation(id) });
    }
  }
}

const signedIn = () => (session.state.status === "signed-in" ? session.state.user.id : null);

function enqueue(queries: QueryClient, id: string, unsent: Unsent, language: string): void {
  const author = signedIn();
  const before = lines.get(id) ?? Promise.resolve();
  const send = async () => {
    // Its turn may come after somebody else has signed in at this browser.
    if (signedIn() === author) await attempt(queries, id, unsent, language);
  };
  lines.set(id, before.then(send));
}

/** Sending, and what is under way or has failed. */
export function useOutbox(id: string) {
  const queries = useQueryClient();
  const { i18n } = useTranslation();
  const unsent = useQuery<Unsent[]>({
    queryKey: keys.outbox(id),
    queryFn: () => queries.getQueryData<Unsent[]>(keys.outbox(id)) ?? none,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  });
  const retry = (held: Unsent) => {
    const again = { ...held, problem: null };
    changeOutbox(queries, id, (old) =>
      old.map((other) => (other.client_id === held.client_id ? again : other)),
    );
    enqueue(queries, id, again, i18n.language);
  };
  return {
    unsent: unsent.data ?? none,
    send: (text: string, note = false) => sendTo(queries, id, text, i18n.language, note),
    retry,
    /** What no service answered is sent again when there is a connection. */
    retryUnanswered: () => {
      for (const held of queries.getQueryData<Unsent[]>(keys.outbox(id)) ?? none) {
        if (held.problem instanceof Problem && held.problem.status === 0) retry(held);
      }
    },
    discard: (held: Unsent) =>
      changeOutbox(queries, id, (old) => old.filter((other) => other.client_id !== held.client_id)),
  };
}

/** Also for a conversation that has only just begun and is not on the screen yet. */
export function sendTo(
  queries: QueryClient,
  id: string,
  text: string,
  language: string,
  note = false,
): void {
  const unsent = { client_id: newId(), text, note, at: Date.now(), problem: null };
  changeOutbox(queries, id, (old) => [...old, unsent]);
  enqueue(queries, id, unsent, language);
}

/** Where a page is not on TLS (a first look on one's own network) browsers have no `randomUUID`. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
