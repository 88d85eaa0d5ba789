import { useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "../client";
import { keys } from "../keys";
import type { Page, User } from "../types";

/** Shows the person from a cached list while the request is under way. */
export function usePerson(id: string, enabled = true) {
  const queries = useQueryClient();
  return useQuery<User>({
    queryKey: keys.user(id),
    queryFn: ({ signal }) =>
      ok(api.GET("/users/{user_id}", { params: { path: { user_id: id } }, signal })),
    enabled,
    placeholderData: () =>
      queries
        .getQueriesData<Page<User>>({ queryKey: [...keys.users, "list"] })
        .flatMap(([, page]) => page?.items ?? [])
        .find((user) => user.id === id),
  });
}
