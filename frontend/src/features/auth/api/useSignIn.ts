import { useMutation } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { session } from "@/api/session";

type Credentials = { username: string; password: string };

export function useSignIn() {
  return useMutation({
    mutationFn: (body: Credentials) => ok(api.POST("/auth/login", { body })),
    onSuccess: (answer) => session.adopt(answer),
  });
}
