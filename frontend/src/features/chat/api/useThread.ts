import { type QueryClient, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { keys } from "@/api/keys";
import { isTransient } from "@/api/problem";
import { addMessages, hasGap, mergeMessages, type Thread } from "@/api/thread";
import { chatState, updateChatState } from "@/realtime/chatStore";
import { fetchMissed, fetchNewest, fetchOlder } from "./fetchThread";

/** A jump to an old message loads pages of this size, up to this many. */
const JUMP_PAGE_SIZE = 200;
const MAX_JUMP_PAGES = 25;
/** New messages may leave another gap during each fetch; after this many the next frame refetches. */
const MAX_GAP_FETCHES = 3;
/** Without a retry a failed refetch would leave the gap: no frame announces it again. */
const RETRY_MS = 5_000;

/** The messages of a conversation; a refetch asks only for those after the first gap. */
export function useThread(id: string) {
  const queries = useQueryClient();
  return useQuery<Thread>({
    queryKey: keys.thread(id),
    queryFn: async ({ signal }) => {
      const cached = queries.getQueryData<Thread>(keys.thread(id));
      const fetched = cached?.messages.length
        ? fetchMissed(id, cached, signal)
        : fetchNewest(id, signal);
      let thread = addPushed(queries, id, await fetched);
      for (let count = 0; hasGap(thread) && count < MAX_GAP_FETCHES; count += 1) {
        thread = addPushed(queries, id, await fetchMissed(id, thread, signal));
      }
      return thread;
    },
    refetchInterval: ({ state }) => (isTransient(state.error) ? RETRY_MS : false),
  });
}

/** Add the messages that frames brought during the fetch: the response may be older than they are. */
function addPushed(queries: QueryClient, id: string, fetched: Thread): Thread {
  const first = fetched.messages[0]?.seq ?? 0;
  const cached = queries.getQueryData<Thread>(keys.thread(id));
  const pushed = [...(cached?.messages ?? []), ...chatState(id).pushed];
  updateChatState(id, () => ({ pushed: [] }));
  // Older messages loaded meanwhile stay, unless there is a gap between them and the response.
  if (cached && cached.completeTo >= first - 1)
    return addMessages({ ...fetched, hasOlder: cached.hasOlder }, pushed);
  return addMessages(
    fetched,
    pushed.filter(({ seq }) => seq >= first),
  );
}

function prepend(queries: QueryClient, id: string, { messages, hasOlder }: Thread): void {
  queries.setQueryData<Thread>(
    keys.thread(id),
    (old) => old && { ...old, hasOlder, messages: mergeMessages(old.messages, messages) },
  );
}

export function useLoadOlder(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      const cached = queries.getQueryData<Thread>(keys.thread(id));
      if (cached?.hasOlder) prepend(queries, id, await fetchOlder(id, cached));
    },
  });
}

/** Load older messages until the one with this `seq` is among them. */
export function useLoadBackTo(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (seq: number) => {
      for (let page = 0; page < MAX_JUMP_PAGES; page += 1) {
        const cached = queries.getQueryData<Thread>(keys.thread(id));
        if (!cached?.hasOlder || (cached.messages[0]?.seq ?? 0) <= seq) return;
        prepend(queries, id, await fetchOlder(id, cached, JUMP_PAGE_SIZE));
      }
    },
  });
}
