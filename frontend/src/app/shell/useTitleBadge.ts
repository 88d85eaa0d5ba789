import { useEffect } from "react";
import { useUnread } from "@/api/calls/useUnread";
import { setTitleBadge } from "@/components/pageTitle";

/** Shows the number of unread messages in the title of the browser tab. */
export function useTitleBadge(): void {
  const count = useUnread("total");
  useEffect(() => {
    setTitleBadge(count);
    return () => setTitleBadge(0);
  }, [count]);
}
