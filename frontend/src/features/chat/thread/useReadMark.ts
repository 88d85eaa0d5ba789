import { useEffect, useRef } from "react";
import type { Conversation, Message } from "@/api/types";
import { useMarkRead } from "@/features/chat/api/useMarkRead";
import { isLookedAt } from "@/realtime/viewing";

/** What others wrote since the reader's mark. */
export function unreadIn(conversation: Conversation, messages: Message[], me: string): Message[] {
  const read = conversation.participants.find(({ id }) => id === me)?.last_read_seq ?? 0;
  return messages.filter(
    ({ seq, author }) => seq > read && author.kind !== "system" && author.id !== me,
  );
}

/** Says that the newest message was seen, once somebody looks at it. */
export function useReadMark(
  conversation: Conversation,
  messages: Message[],
  me: string,
  atNewest: boolean,
): void {
  const { mutate } = useMarkRead(conversation.id, me);
  const marked = useRef(0);
  const last = messages.at(-1)?.seq ?? 0;
  const fresh = unreadIn(conversation, messages, me).length > 0;

  useEffect(() => {
    const mark = () => {
      if (!fresh || !atNewest || last <= marked.current || !isLookedAt()) return;
      marked.current = last;
      mutate(last, {
        onError: () => {
          marked.current = 0;
        },
      });
    };
    mark();
    window.addEventListener("focus", mark);
    document.addEventListener("visibilitychange", mark);
    return () => {
      window.removeEventListener("focus", mark);
      document.removeEventListener("visibilitychange", mark);
    };
  }, [fresh, last, atNewest, mutate]);
}
