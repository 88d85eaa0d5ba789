import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, ok } from "../client";
import { keys } from "../keys";
import type { paths } from "../schema.gen";

export type PeopleQuery = NonNullable<paths["/users"]["get"]["parameters"]["query"]>;

/** For administrators. `q` searches username, name and e-mail. */
export function usePeople(query: PeopleQuery, enabled = true) {
  return useQuery({
    queryKey: keys.userList(query),
    queryFn: ({ signal }) => ok(api.GET("/users", { params: { query }, signal })),
    placeholderData: keepPreviousData,
    enabled,
  });
}
