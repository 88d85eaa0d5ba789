import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { keys } from "@/api/keys";
import { mergeMessages, type Thread } from "@/api/thread";
import type { Message } from "@/api/types";

function updateMessage(queries: QueryClient, message: Message): void {
  queries.setQueryData<Thread>(
    keys.thread(message.conversation_id),
    (old) => old && { ...old, messages: mergeMessages(old.messages, [message]) },
  );
  void queries.invalidateQueries({ queryKey: keys.conversations });
}

const pathOf = ({ conversation_id, id }: Message) => ({
  path: { conversation_id, message_id: id },
});

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
    onSuccess: (changed) => updateMessage(queries, changed),
  });
}

/** The service keeps the deleted message without its text. */
export function useDeleteMessage(message: Message) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () =>
      ok(
        api.DELETE("/chat/conversations/{conversation_id}/messages/{message_id}", {
          params: pathOf(message),
        }),
      ),
    onSuccess: (changed) => updateMessage(queries, changed),
  });
}
