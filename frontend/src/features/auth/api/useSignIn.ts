import { useMutation } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { session } from "@/api/session";
import type { Session } from "@/api/types";
import { chooseLanguage } from "@/i18n/index";

type Credentials = { username: string; password: string };
const PROFILE_MS = 1_500;

export function useSignIn() {
  return useMutation({
    mutationFn: async (body: Credentials) => {
      const answer = await ok(api.POST("/auth/login", { body }));
      await applyProfileLanguage(answer).catch(() => undefined);
      return answer;
    },
    onSuccess: (answer) => session.adopt(answer),
  });
}

/** Switches to the profile's language before the first page is shown; gives up after PROFILE_MS. */
async function applyProfileLanguage({ user, access_token }: Session): Promise<void> {
  const { language } = await ok(
    api.GET("/users/{user_id}", {
      params: { path: { user_id: user.id } },
      headers: { Authorization: `Bearer ${access_token}` },
      signal: AbortSignal.timeout(PROFILE_MS),
    }),
  );
  if (language) await chooseLanguage(language);
}
