import { notifications } from "@mantine/notifications";
import { useEffect } from "react";

/** The list of who waits, as if it were one more conversation. */
export const INBOX = "inbox";

const open = new Map<string, number>();

/** While the component is shown its reader sees this conversation: no toast tells of its messages. */
export function useViewing(conversationId: string): void {
  useEffect(() => {
    notifications.hide(`chat:${conversationId}`);
    notifications.hide(`waits:${conversationId}`);
    open.set(conversationId, (open.get(conversationId) ?? 0) + 1);
    return () => {
      const left = (open.get(conversationId) ?? 1) - 1;
      if (left > 0) open.set(conversationId, left);
      else open.delete(conversationId);
    };
  }, [conversationId]);
}

/** A window behind others, or a tab in the background, is looked at by nobody. */
export const isLookedAt = (): boolean =>
  document.visibilityState === "visible" && document.hasFocus();

export const isViewed = (conversationId: string): boolean =>
  open.has(conversationId) && isLookedAt();
