import { notifications } from "@mantine/notifications";
import { useEffect } from "react";

/** The support queue counts as one more conversation. */
export const INBOX = "inbox";

const mounted = new Map<string, number>();

/** While the component is mounted, new messages of this conversation show no toast. */
export function useVisibleConversation(id: string): void {
  useEffect(() => {
    notifications.hide(`chat:${id}`);
    notifications.hide(`waits:${id}`);
    mounted.set(id, (mounted.get(id) ?? 0) + 1);
    return () => {
      const left = (mounted.get(id) ?? 1) - 1;
      if (left > 0) mounted.set(id, left);
      else mounted.delete(id);
    };
  }, [id]);
}

/** False in a background tab and in a window behind others. */
export const isPageFocused = (): boolean =>
  document.visibilityState === "visible" && document.hasFocus();

export const isConversationVisible = (id: string): boolean => mounted.has(id) && isPageFocused();
