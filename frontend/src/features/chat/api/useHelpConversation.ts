import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useConversation } from "@/api/calls/useConversation";
import { keys } from "@/api/keys";
import { sendTo } from "./outbox";
import { useConversations } from "./useConversations";
import { useStart } from "./useStart";
import { perform } from "./useSupportActions";

/** A client's one conversation with the assistant and the operators; it begins with the first word. */
export function useHelpConversation() {
  const queries = useQueryClient();
  const { i18n } = useTranslation();
  const list = useConversations({ kind: "support", limit: 1 });
  const listed = list.data?.[0];
  const conversation = useConversation(listed?.id).data ?? listed;
  const start = useStart();

  const begun = async () =>
    conversation ? conversation.id : (await start.mutateAsync({ kind: "support" })).id;

  const say = useMutation({
    mutationFn: async (text: string) => sendTo(queries, await begun(), text, i18n.language),
  });
  const askPerson = useMutation({
    mutationFn: async () => perform(await begun(), { what: "handoff" }),
    onSuccess: (changed) => queries.setQueryData(keys.conversation(changed.id), changed),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: keys.conversations });
      void queries.invalidateQueries({ queryKey: keys.threads });
    },
  });
  return { list, conversation, say, askPerson };
}
