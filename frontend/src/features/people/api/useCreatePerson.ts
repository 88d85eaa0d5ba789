import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { keys } from "@/api/keys";
import type { UserCreate } from "@/api/types";

export function useCreatePerson() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: UserCreate) => ok(api.POST("/users", { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.users }),
  });
}
