import { useEffect } from "react";
import { useUnread } from "@/api/calls/useUnread";
import { setTitleBadge } from "@/components/pageTitle";

/** The tab in the background tells how much waits. */
export function useTitleBadge(): void {
  const count = useUnread("total");
  useEffect(() => {
    setTitleBadge(count);
    return () => setTitleBadge(0);
  }, [count]);
}
