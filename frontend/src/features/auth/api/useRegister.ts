import { useMutation } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { session } from "@/api/session";

type Registration = { username: string; password: string; full_name: string; email: string };

/** Creates the account and signs in. */
export function useRegister() {
  return useMutation({
    mutationFn: async ({ username, password, full_name, email }: Registration) => {
      const body = {
        username,
        password,
        full_name: full_name.trim() || null,
        email: email.trim() || null,
      };
      await ok(api.POST("/auth/register", { body }));
      return ok(api.POST("/auth/login", { body: { username, password } }));
    },
    onSuccess: (answer) => session.adopt(answer),
  });
}
