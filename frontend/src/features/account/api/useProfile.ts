import { useQuery } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { keys } from "@/api/keys";
import { Problem } from "@/api/problem";
import type { User } from "@/api/types";

/** A profile is created a moment after its account registers, so 404 is retried longer. */
export function useProfile(id: string) {
  return useQuery<User>({
    queryKey: keys.user(id),
    queryFn: ({ signal }) =>
      ok(api.GET("/users/{user_id}", { params: { path: { user_id: id } }, signal })),
    retry: (failures, reason) =>
      failures < (reason instanceof Problem && reason.status === 404 ? 5 : 2),
    retryDelay: 1_000,
  });
}
