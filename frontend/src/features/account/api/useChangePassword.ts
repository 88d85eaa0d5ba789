import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { keys } from "@/api/keys";

/** The service ends the user's other sessions. */
export function useChangePassword() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { current_password: string; new_password: string }) =>
      ok(api.PUT("/auth/password", { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.sessions }),
  });
}
