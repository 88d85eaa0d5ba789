import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { keys } from "@/api/keys";
import type { UserUpdate } from "@/api/types";

export function useChangeProfile(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: UserUpdate) =>
      ok(api.PATCH("/users/{user_id}", { params: { path: { user_id: id } }, body })),
    onSuccess: (user) => queries.setQueryData(keys.user(id), user),
  });
}
