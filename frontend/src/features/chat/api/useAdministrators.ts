import { useQuery } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { keys } from "@/api/keys";

/** Everyone may write to them; operators assign conversations to them. */
export function useAdministrators(enabled = true) {
  const query = { role: "admin" as const };
  return useQuery({
    queryKey: keys.addressees(query),
    queryFn: ({ signal }) => ok(api.GET("/chat/people", { params: { query }, signal })),
    select: ({ items }) => items,
    enabled,
  });
}
