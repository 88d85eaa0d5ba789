import { useQuery } from "@tanstack/react-query";
import { api, ok } from "../client";
import { keys } from "../keys";

/** How many messages wait to be read; kept current by `chat.message` and `chat.read`. */
export function useUnread() {
  return useQuery({
    queryKey: keys.chatUnread,
    queryFn: ({ signal }) => ok(api.GET("/chat/unread", { signal })),
    select: ({ total }) => total,
  });
}
