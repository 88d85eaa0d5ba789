import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type Unsent, useChatState } from "@/realtime/chatStore";
import { discard, resend, retryNow, sendMessage } from "./outbox";

/** `unsent`: messages of the conversation that are being sent, retried, or failed. */
export function useOutbox(id: string) {
  const queries = useQueryClient();
  const { i18n } = useTranslation();
  return {
    unsent: useChatState(id, "unsent"),
    send: (text: string, note = false) => sendMessage(queries, id, text, i18n.language, note),
    resend: (message: Unsent) => resend(queries, id, message),
    retryNow: () => retryNow(id),
    discard: (message: Unsent) => discard(id, message),
  };
}
