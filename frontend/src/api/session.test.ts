import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { server } from "@/testing/server";
import { fetchWithSession } from "./client";
import { SessionKeeper } from "./session";

const origin = window.location.origin;
const user = {
  id: "u1",
  username: "ana",
  role: "client" as const,
  disabled: false,
  created_at: "2026-01-01T00:00:00Z",
};
const answer = (token: string) => ({
  access_token: token,
  token_type: "bearer" as const,
  expires_in: 600,
  user,
});

let refreshes = 0;
function refreshing(answers: () => Response): void {
  server.use(
    http.post(`${origin}/auth/refresh`, () => {
      refreshes += 1;
      return answers();
    }),
  );
}

beforeEach(() => {
  refreshes = 0;
});

describe("a session", () => {
  it("asks for nothing on a first visit", async () => {
    const keeper = new SessionKeeper();
    await keeper.start();
    expect(keeper.state).toEqual({ status: "signed-out", reason: "none" });
  });

  it("is taken up again after a reload", async () => {
    refreshing(() => HttpResponse.json(answer("t1")));
    localStorage.setItem("contor.session", "1");
    const keeper = new SessionKeeper();
    await keeper.start();
    expect(keeper.state).toEqual({ status: "signed-in", user });
    expect(keeper.token).toBe("t1");
  });

  it("keeps the token out of every storage", () => {
    const keeper = new SessionKeeper();
    keeper.adopt(answer("secret-token"));
    expect(JSON.stringify({ ...localStorage, ...sessionStorage })).not.toContain("secret-token");
  });

  it("is renewed once for many who ask at the same time", async () => {
    refreshing(() => HttpResponse.json(answer("t2")));
    const keeper = new SessionKeeper();
    const tokens = await Promise.all(Array.from({ length: 20 }, () => keeper.renew()));
    expect(new Set(tokens)).toEqual(new Set(["t2"]));
    expect(refreshes).toBe(1);
  });

  it("waits its turn among tabs", async () => {
    const request = vi.fn((_name: string, work: () => Promise<Response>) => work());
    vi.stubGlobal("navigator", { ...navigator, locks: { request } });
    refreshing(() => HttpResponse.json(answer("t2")));
    await new SessionKeeper().renew();
    expect(request).toHaveBeenCalledWith("contor-refresh", expect.any(Function));
    vi.unstubAllGlobals();
  });

  it("is over when the refresh is refused, and not when nothing answers", async () => {
    const keeper = new SessionKeeper();
    keeper.adopt(answer("t1"));
    refreshing(() => HttpResponse.error());
    await expect(keeper.renew()).rejects.toMatchObject({ code: "unreachable" });
    expect(keeper.state.status).toBe("signed-in");
    refreshing(() => HttpResponse.json({ code: "session_revoked" }, { status: 401 }));
    expect(await keeper.renew()).toBeNull();
    expect(keeper.state).toEqual({ status: "signed-out", reason: "ended" });
  });

  it("is renewed again when the answer broke off", async () => {
    const keeper = new SessionKeeper();
    keeper.adopt(answer("t1"));
    refreshing(() => brokenOff());
    vi.useFakeTimers({ shouldAdvanceTime: true });
    await expect(keeper.renew()).rejects.toMatchObject({ code: "unreachable" });
    refreshing(() => HttpResponse.json(answer("t2")));
    await vi.advanceTimersByTimeAsync(5_000);
    await vi.waitFor(() => expect(keeper.token).toBe("t2"));
    vi.useRealTimers();
  });
});

/** The head of an answer, a piece of its body, and then the connection is gone. */
function brokenOff(): Response {
  const body = new ReadableStream({
    start: (stream) => stream.enqueue(new TextEncoder().encode('{"id":')),
    pull: (stream) => stream.error(new TypeError("terminated")),
  });
  return new HttpResponse(body, { headers: { "Content-Type": "application/json" } });
}

describe("a request", () => {
  it("whose answer breaks off, or never comes, met nobody", async () => {
    const fetching = fetchWithSession(new SessionKeeper());
    const ask = () => fetching(new Request(`${origin}/devices`));
    server.use(http.get(`${origin}/devices`, () => brokenOff()));
    await expect(ask()).rejects.toMatchObject({ code: "unreachable" });
    server.use(http.get(`${origin}/devices`, () => new Promise<Response>(() => undefined)));
    const patience = vi.spyOn(AbortSignal, "timeout").mockReturnValue(AbortSignal.abort());
    await expect(ask()).rejects.toMatchObject({ code: "unreachable" });
    expect(patience).toHaveBeenCalledWith(30_000);
    patience.mockRestore();
  });

  it("that meets an expired token is repeated with a fresh one, body and all", async () => {
    const seen: string[] = [];
    server.use(
      http.post(`${origin}/devices`, async ({ request }) => {
        seen.push(`${request.headers.get("Authorization")} ${await request.text()}`);
        const fresh = request.headers.get("Authorization") === "Bearer new";
        return fresh
          ? HttpResponse.json({ id: "d1" }, { status: 201 })
          : HttpResponse.json({ code: "token_expired" }, { status: 401 });
      }),
    );
    refreshing(() => HttpResponse.json(answer("new")));
    const keeper = new SessionKeeper();
    keeper.adopt(answer("old"));
    const body = JSON.stringify({ name: "Meter" });
    const response = await fetchWithSession(keeper)(
      new Request(`${origin}/devices`, { method: "POST", body }),
    );
    expect(response.status).toBe(201);
    expect(seen).toEqual([`Bearer old ${body}`, `Bearer new ${body}`]);
  });

  it("to sign in may be refused without a renewal", async () => {
    server.use(
      http.post(`${origin}/auth/login`, () =>
        HttpResponse.json({ code: "invalid_credentials" }, { status: 401 }),
      ),
    );
    const response = await fetchWithSession(new SessionKeeper())(
      new Request(`${origin}/auth/login`, { method: "POST" }),
    );
    expect(response.status).toBe(401);
    expect(refreshes).toBe(0);
  });
});
