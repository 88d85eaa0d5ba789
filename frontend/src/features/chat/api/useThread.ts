import { type QueryClient, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { keys } from "@/api/keys";
import { merged, type Thread } from "@/api/thread";
import type { Message } from "@/api/types";
import { fetchMissed, fetchNewest, fetchOlder } from "./fetchThread";

/** How far back a jump to a message goes, in steps of this many. */
const STRIDE = 200;
const MOST_STRIDES = 25;

/** The messages of a conversation; asked again it asks only for what was missed. */
export function useThread(id: string) {
  const queries = useQueryClient();
  return useQuery<Thread>({
    queryKey: keys.thread(id),
    queryFn: async ({ signal }) => {
      const held = queries.getQueryData<Thread>(keys.thread(id));
      const begin = held?.messages.length ? fetchMissed(id, held, signal) : fetchNewest(id, signal);
      return withArrived(queries, id, await begin);
    },
  });
}

/** Frames came while the service was asked: they may be newer than its answer. */
async function withArrived(queries: QueryClient, id: string, fresh: Thread): Promise<Thread> {
  const first = fresh.messages[0]?.seq ?? 0;
  const held = queries.getQueryData<Thread>(keys.thread(id))?.messages ?? [];
  const early = queries.getQueryData<Message[]>(keys.arrived(id)) ?? [];
  queries.removeQueries({ queryKey: keys.arrived(id) });
  const since = [...held, ...early].filter(({ seq }) => seq >= first);
  const whole = { ...fresh, messages: merged(fresh.messages, since) };
  return early.length > 0 && whole.messages.length > 0 ? fetchMissed(id, whole) : whole;
}

function prepend(queries: QueryClient, id: string, found: Thread): void {
  queries.setQueryData<Thread>(
    keys.thread(id),
    (old) => old && { older: found.older, messages: merged(old.messages, found.messages) },
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
