import { useEffect, useRef } from "react";
import type { Conversation, Message } from "@/api/types";
import { useMarkRead } from "@/features/chat/api/useMarkRead";
import { isPageFocused } from "@/realtime/visibility";

/** Messages of others after the reader's read marker. */
export function unreadIn(conversation: Conversation, messages: Message[], me: string): Message[] {
  const read = conversation.participants.find(({ id }) => id === me)?.last_read_seq ?? 0;
  return messages.filter(
    ({ seq, author }) => seq > read && author.kind !== "system" && author.id !== me,
  );
}

/** Marks the newest message as read once it is on the screen and the page has the focus. */
export function useReadMark(
  conversation: Conversation,
  messages: Message[],
  me: string,
  atNewest: boolean,
): void {
  const { mutate } = useMarkRead(conversation.id, me);
  const marked = useRef(0);
  const last = messages.at(-1)?.seq ?? 0;
  const hasUnread = unreadIn(conversation, messages, me).length > 0;

  useEffect(() => {
    const mark = () => {
      if (!hasUnread || !atNewest || last <= marked.current || !isPageFocused()) return;
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
  }, [hasUnread, last, atNewest, mutate]);
}
