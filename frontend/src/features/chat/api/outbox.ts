import type { QueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { keys } from "@/api/keys";
import { isPassing, Problem } from "@/api/problem";
import { session } from "@/api/session";
import { hasHole, joined, type Thread } from "@/api/thread";
import { backoff } from "@/realtime/backoff";

/** A message that the service has not taken yet. Its `client_id` stays, so that it is stored once. */
export type Unsent = {
  client_id: string;
  text: string;
  note: boolean;
  language: string;
  at: number;
  /** Why it was not taken when it was last tried. */
  problem: unknown;
};

/** A conversation whose messages are being sent; `wake` ends the pause before the next attempt. */
type Line = { failures: number; wake: () => void };

const none: Unsent[] = [];
const lines = new WeakMap<QueryClient, Map<string, Line>>();

export function unsentIn(queries: QueryClient, id: string): Unsent[] {
  return queries.getQueryData<Unsent[]>(keys.outbox(id)) ?? none;
}

function change(queries: QueryClient, id: string, to: (old: Unsent[]) => Unsent[]): void {
  queries.setQueryData<Unsent[]>(keys.outbox(id), (old = none) => to(old));
}

function note(queries: QueryClient, id: string, client_id: string, problem: unknown): void {
  change(queries, id, (old) =>
    old.map((held) => (held.client_id === client_id ? { ...held, problem } : held)),
  );
}

/** Also for a conversation that has only just begun and is not on the screen yet. */
export function sendTo(
  queries: QueryClient,
  id: string,
  text: string,
  language: string,
  note = false,
): void {
  const unsent = { client_id: newId(), text, note, language, at: Date.now(), problem: null };
  change(queries, id, (old) => [...old, unsent]);
  void sendAll(queries, id);
}

/** Once more now, whatever it was refused for. */
export function resend(queries: QueryClient, id: string, { client_id }: Unsent): void {
  note(queries, id, client_id, null);
  hurry(queries, id);
  void sendAll(queries, id);
}

export function discard(queries: QueryClient, id: string, { client_id }: Unsent): void {
  change(queries, id, (old) => old.filter((held) => held.client_id !== client_id));
  hurry(queries, id);
}

/** There may be a connection again: what waits for one waits no longer. */
export function hurry(queries: QueryClient, id: string): void {
  const line = lines.get(queries)?.get(id);
  if (!line) return;
  line.failures = 0;
  line.wake();
}

/**
 * One after the other, in the order they were written: while the first of them may still be taken,
 * those behind it wait. What was refused for good stays where it is, with the reason.
 */
async function sendAll(queries: QueryClient, id: string): Promise<void> {
  const open = lines.get(queries) ?? new Map<string, Line>();
  lines.set(queries, open);
  if (open.has(id)) return;
  const line: Line = { failures: 0, wake: () => undefined };
  open.set(id, line);
  const author = signedIn();
  // Somebody else may have signed in at this browser meanwhile.
  while (signedIn() === author) {
    const next = unsentIn(queries, id).find((held) => !held.problem || isPassing(held.problem));
    if (!next) break;
    const problem = await attempt(queries, id, next);
    if (isPassing(problem)) await pause(line, problem);
    else line.failures = 0;
  }
  open.delete(id);
}

function pause(line: Line, problem: unknown): Promise<void> {
  const told = problem instanceof Problem ? problem.retryAfter : null;
  const ms = told === null ? backoff(line.failures) : told * 1000;
  line.failures += 1;
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    line.wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}

/** The problem, or null when it is stored. */
async function attempt(queries: QueryClient, id: string, unsent: Unsent): Promise<unknown> {
  const { client_id, text, note: isNote, language } = unsent;
  const request = {
    params: { path: { conversation_id: id } },
    body: { client_id, text },
    headers: { "Accept-Language": language },
  };
  try {
    const message = await ok(
      isNote
        ? api.POST("/chat/conversations/{conversation_id}/notes", request)
        : api.POST("/chat/conversations/{conversation_id}/messages", request),
    );
    const key = keys.thread(id);
    const thread = queries.setQueryData<Thread>(key, (old) => old && joined(old, [message]));
    if (thread && hasHole(thread)) void queries.invalidateQueries({ queryKey: key });
    change(queries, id, (old) => old.filter((held) => held.client_id !== client_id));
    void queries.invalidateQueries({ queryKey: keys.conversations });
    return null;
  } catch (problem) {
    note(queries, id, client_id, problem);
    // Refused because the conversation is not as it was shown.
    if (problem instanceof Problem && problem.status === 409) {
      void queries.invalidateQueries({ queryKey: keys.conversation(id) });
    }
    return problem;
  }
}

const signedIn = () => (session.state.status === "signed-in" ? session.state.user.id : null);

/** Where a page is not on TLS (a first look on one's own network) browsers have no `randomUUID`. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
