import { useRef } from "react";
import { api } from "@/api/client";

/** Shorter than the time after which receivers drop the hint. */
const INTERVAL_MS = 3_000;

/** Call on every keystroke: sent at most every few seconds. It is only a hint, so errors are ignored. */
export function useSendTyping(id: string | undefined): () => void {
  const sentAt = useRef(0);
  return () => {
    if (id === undefined || Date.now() - sentAt.current < INTERVAL_MS) return;
    sentAt.current = Date.now();
    const params = { path: { conversation_id: id } };
    api.POST("/chat/conversations/{conversation_id}/typing", { params }).catch(() => undefined);
  };
}
