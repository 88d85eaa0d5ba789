import { useRef } from "react";
import { api } from "@/api/client";

/** Others believe it for a few seconds. */
const APART_MS = 3_000;

/** Call at every key; said at most every few seconds. It is a hint: nobody waits for its answer. */
export function useSayTyping(id: string | undefined): () => void {
  const said = useRef(0);
  return () => {
    if (id === undefined || Date.now() - said.current < APART_MS) return;
    said.current = Date.now();
    const params = { path: { conversation_id: id } };
    api.POST("/chat/conversations/{conversation_id}/typing", { params }).catch(() => undefined);
  };
}
