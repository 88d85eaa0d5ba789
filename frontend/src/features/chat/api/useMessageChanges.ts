import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { keys } from "@/api/keys";
import { merged, type Thread } from "@/api/thread";
import type { Message } from "@/api/types";

function keep(queries: QueryClient, message: Message): void {
  queries.setQueryData<Thread>(
    keys.thread(message.conversation_id),
    (old) => old && { ...old, messages: merged(old.messages, [message]) },
  );
  void queries.invalidateQueries({ queryKey: keys.conversations });
}

const pathOf = ({ conversation_id, id }: Message) => ({
  path: { conversation_id, message_id: id },
});

/** Change the text of one's own message. */
export function useEditMessage(message: Message) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (text: string) =>
      ok(
        api.PATCH("/chat/conversations/{conversation_id}/messages/{message_id}", {
          params: pathOf(message),
          body: { text },
        }),
      ),
    onSuccess: (changed) => keep(queries, changed),
  });
}

/** Take one's own message back: its place stays. */
export function useDeleteMessage(message: Message) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () =>
      ok(
        api.DELETE("/chat/conversations/{conversation_id}/messages/{message_id}", {
          params: pathOf(message),
        }),
      ),
    onSuccess: (changed) => keep(queries, changed),
  });
}
