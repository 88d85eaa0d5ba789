import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { renderHook } from "@testing-library/react";
import i18next from "i18next";
import { HttpResponse, http } from "msw";
import { afterEach, expect, it, vi } from "vitest";
import { session } from "@/api/session";
import { chooseLanguage } from "@/i18n/index";
import { server } from "@/testing/server";
import { useSignIn } from "./api/useSignIn";

const account = { id: "u1", username: "ana", role: "client", disabled: false, created_at: "" };

async function signIn(profile: () => Response) {
  server.use(
    http.post("*/auth/login", () =>
      HttpResponse.json({
        access_token: "t1",
        token_type: "bearer",
        expires_in: 600,
        user: account,
      }),
    ),
    http.get("*/users/u1", ({ request }) =>
      request.headers.get("Authorization") === "Bearer t1" ? profile() : HttpResponse.error(),
    ),
    http.post("*/auth/logout", () => new HttpResponse(null, { status: 204 })),
  );
  const queries = new QueryClient();
  const { result } = renderHook(useSignIn, {
    wrapper: ({ children }) => (
      <QueryClientProvider client={queries}>{children}</QueryClientProvider>
    ),
  });
  result.current.mutate({ username: "ana", password: "plic-verde-topor" });
  await vi.waitFor(() => expect(session.state.status).toBe("signed-in"));
}

afterEach(async () => {
  await session.signOut();
  await chooseLanguage("en", false);
});

it("signing in switches to the language of the profile", async () => {
  await signIn(() => HttpResponse.json({ id: "u1", language: "ro" }));
  expect(i18next.language).toBe("ro");
});

it("signing in works without a language and without a profile", async () => {
  await signIn(() => HttpResponse.json({ id: "u1", language: null }));
  expect(i18next.language).toBe("en");
  await session.signOut();
  await signIn(() => new HttpResponse(null, { status: 503 }));
  expect(i18next.language).toBe("en");
});
