import { useQuery } from "@tanstack/react-query";
import { api, ok } from "../client";
import { keys } from "../keys";

export type Unread = "total" | "support" | "direct";

/** How many messages wait to be read; kept current by `chat.message` and `chat.read`. */
export function useUnread(where: Unread): number {
  const counted = useQuery({
    queryKey: keys.chatUnread,
    queryFn: ({ signal }) => ok(api.GET("/chat/unread", { signal })),
  }).data;
  if (!counted) return 0;
  return where === "direct" ? counted.total - counted.support : counted[where];
}
