import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { keys } from "@/api/keys";

export function useDeletePerson() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      ok(api.DELETE("/users/{user_id}", { params: { path: { user_id: id } } })),
    onSuccess: (_, id) => {
      queries.removeQueries({ queryKey: keys.user(id) });
      void queries.invalidateQueries({ queryKey: keys.users });
      void queries.invalidateQueries({ queryKey: keys.devices });
    },
  });
}
