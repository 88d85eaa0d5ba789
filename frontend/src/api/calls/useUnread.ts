import { useQuery } from "@tanstack/react-query";
import { api, ok } from "../client";
import { keys } from "../keys";

export type Unread = "total" | "support" | "direct";

/** The number of unread messages; kept current by `chat.message` and `chat.read`. */
export function useUnread(scope: Unread): number {
  const counts = useQuery({
    queryKey: keys.chatUnread,
    queryFn: ({ signal }) => ok(api.GET("/chat/unread", { signal })),
  }).data;
  if (!counts) return 0;
  return scope === "direct" ? counts.total - counts.support : counts[scope];
}
