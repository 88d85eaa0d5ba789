import { type QueryClient, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { keys } from "@/api/keys";
import { isPassing } from "@/api/problem";
import { hasHole, joined, merged, type Thread } from "@/api/thread";
import type { Message } from "@/api/types";
import { fetchMissed, fetchNewest, fetchOlder } from "./fetchThread";

/** How far back a jump to a message goes, in steps of this many. */
const STRIDE = 200;
const MOST_STRIDES = 25;
/** While messages are written faster than they are asked for, the next one asks again. */
const MOST_ROUNDS = 3;
/** What could not be asked for is asked for again: nobody else would say that something is missing. */
const AGAIN_MS = 5_000;

/** The messages of a conversation; asked again it asks only for what was missed. */
export function useThread(id: string) {
  const queries = useQueryClient();
  return useQuery<Thread>({
    queryKey: keys.thread(id),
    queryFn: async ({ signal }) => {
      const held = queries.getQueryData<Thread>(keys.thread(id));
      const begin = held?.messages.length ? fetchMissed(id, held, signal) : fetchNewest(id, signal);
      let thread = withArrived(queries, id, await begin);
      for (let round = 0; hasHole(thread) && round < MOST_ROUNDS; round += 1) {
        thread = withArrived(queries, id, await fetchMissed(id, thread, signal));
      }
      return thread;
    },
    refetchInterval: ({ state }) => (isPassing(state.error) ? AGAIN_MS : false),
  });
}

/** Frames came while the service was asked: they may be newer than its answer. */
function withArrived(queries: QueryClient, id: string, fresh: Thread): Thread {
  const first = fresh.messages[0]?.seq ?? 0;
  const held = queries.getQueryData<Thread>(keys.thread(id));
  const early = queries.getQueryData<Message[]>(keys.arrived(id)) ?? [];
  queries.removeQueries({ queryKey: keys.arrived(id) });
  const since = [...(held?.messages ?? []), ...early];
  // What was loaded of older ones meanwhile stays, unless there is a hole between them and these.
  if (held && held.upTo >= first - 1) return joined({ ...fresh, older: held.older }, since);
  return joined(
    fresh,
    since.filter(({ seq }) => seq >= first),
  );
}

function prepend(queries: QueryClient, id: string, found: Thread): void {
  queries.setQueryData<Thread>(
    keys.thread(id),
    (old) => old && { ...old, older: found.older, messages: merged(old.messages, found.messages) },
  );
}

/** Load what is before the oldest message shown. */
export function useOlder(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      const held = queries.getQueryData<Thread>(keys.thread(id));
      if (held?.older) prepend(queries, id, await fetchOlder(id, held));
    },
  });
}

/** Load back to a message, so that it can be jumped to. */
export function useReach(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (seq: number) => {
      for (let stride = 0; stride < MOST_STRIDES; stride += 1) {
        const held = queries.getQueryData<Thread>(keys.thread(id));
        if (!held?.older || (held.messages[0]?.seq ?? 0) <= seq) return;
        prepend(queries, id, await fetchOlder(id, held, STRIDE));
      }
    },
  });
}
