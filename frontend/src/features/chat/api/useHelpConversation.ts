import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useConversation } from "@/api/calls/useConversation";
import { keys } from "@/api/keys";
import { sendMessage } from "./outbox";
import { useConversations } from "./useConversations";
import { useStartConversation } from "./useStartConversation";
import { performSupportAction } from "./useSupportActions";

/** The client's support conversation. It is created by the first message or request for a person. */
export function useHelpConversation() {
  const queries = useQueryClient();
  const { i18n } = useTranslation();
  const list = useConversations({ kind: "support", limit: 1 });
  const listed = list.data?.[0];
  const conversation = useConversation(listed?.id).data ?? listed;
  const start = useStartConversation();

  const conversationId = async () =>
    conversation ? conversation.id : (await start.mutateAsync({ kind: "support" })).id;

  const send = useMutation({
    mutationFn: async (text: string) =>
      sendMessage(queries, await conversationId(), text, i18n.language),
  });
  const askPerson = useMutation({
    mutationFn: async () => performSupportAction(await conversationId(), { what: "handoff" }),
    onSuccess: (changed) => queries.setQueryData(keys.conversation(changed.id), changed),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: keys.conversations });
      void queries.invalidateQueries({ queryKey: keys.threads });
    },
  });
  return { list, conversation, send, askPerson };
}
