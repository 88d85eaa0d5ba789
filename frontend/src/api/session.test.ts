import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { server } from "@/testing/server";
import { fetchWithSession } from "./client";
import { SessionManager } from "./session";

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
function respondToRefresh(answers: () => Response): void {
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
  it("sends no request on a first visit", async () => {
    const manager = new SessionManager();
    await manager.start();
    expect(manager.state).toEqual({ status: "signed-out", reason: "none" });
  });

  it("is resumed after a reload", async () => {
    respondToRefresh(() => HttpResponse.json(answer("t1")));
    localStorage.setItem("contor.session", "1");
    const manager = new SessionManager();
    await manager.start();
    expect(manager.state).toEqual({ status: "signed-in", user });
    expect(manager.token).toBe("t1");
  });

  it("keeps the access token out of every storage", () => {
    const manager = new SessionManager();
    manager.adopt(answer("secret-token"));
    expect(JSON.stringify({ ...localStorage, ...sessionStorage })).not.toContain("secret-token");
  });

  it("is renewed once for concurrent calls", async () => {
    respondToRefresh(() => HttpResponse.json(answer("t2")));
    const manager = new SessionManager();
    const tokens = await Promise.all(Array.from({ length: 20 }, () => manager.renew()));
    expect(new Set(tokens)).toEqual(new Set(["t2"]));
    expect(refreshes).toBe(1);
  });

  it("is renewed under a lock shared by the tabs", async () => {
    const request = vi.fn((_name: string, work: () => Promise<Response>) => work());
    vi.stubGlobal("navigator", { ...navigator, locks: { request } });
    respondToRefresh(() => HttpResponse.json(answer("t2")));
    await new SessionManager().renew();
    expect(request).toHaveBeenCalledWith("contor-refresh", expect.any(Function));
    vi.unstubAllGlobals();
  });

  it("ends when the refresh is rejected, not when the server is unreachable", async () => {
    const manager = new SessionManager();
    manager.adopt(answer("t1"));
    respondToRefresh(() => HttpResponse.error());
    await expect(manager.renew()).rejects.toMatchObject({ code: "unreachable" });
    expect(manager.state.status).toBe("signed-in");
    respondToRefresh(() => HttpResponse.json({ code: "session_revoked" }, { status: 401 }));
    expect(await manager.renew()).toBeNull();
    expect(manager.state).toEqual({ status: "signed-out", reason: "ended" });
  });

  it("is renewed again when the response was cut off", async () => {
    const manager = new SessionManager();
    manager.adopt(answer("t1"));
    respondToRefresh(() => cutOff());
    vi.useFakeTimers({ shouldAdvanceTime: true });
    await expect(manager.renew()).rejects.toMatchObject({ code: "unreachable" });
    respondToRefresh(() => HttpResponse.json(answer("t2")));
    await vi.advanceTimersByTimeAsync(5_000);
    await vi.waitFor(() => expect(manager.token).toBe("t2"));
    vi.useRealTimers();
  });
});

/** Headers and part of the body, then the connection is lost. */
function cutOff(): Response {
  const body = new ReadableStream({
    start: (stream) => stream.enqueue(new TextEncoder().encode('{"id":')),
    pull: (stream) => stream.error(new TypeError("terminated")),
  });
  return new HttpResponse(body, { headers: { "Content-Type": "application/json" } });
}

describe("a request", () => {
  it("is unreachable when its response is cut off or never comes", async () => {
    const fetching = fetchWithSession(new SessionManager());
    const request = () => fetching(new Request(`${origin}/devices`));
    server.use(http.get(`${origin}/devices`, () => cutOff()));
    await expect(request()).rejects.toMatchObject({ code: "unreachable" });
    server.use(http.get(`${origin}/devices`, () => new Promise<Response>(() => undefined)));
    const timeout = vi.spyOn(AbortSignal, "timeout").mockReturnValue(AbortSignal.abort());
    await expect(request()).rejects.toMatchObject({ code: "unreachable" });
    expect(timeout).toHaveBeenCalledWith(30_000);
    timeout.mockRestore();
  });

  it("rejected for an expired token is repeated with a new one and the same body", async () => {
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
    respondToRefresh(() => HttpResponse.json(answer("new")));
    const manager = new SessionManager();
    manager.adopt(answer("old"));
    const body = JSON.stringify({ name: "Meter" });
    const response = await fetchWithSession(manager)(
      new Request(`${origin}/devices`, { method: "POST", body }),
    );
    expect(response.status).toBe(201);
    expect(seen).toEqual([`Bearer old ${body}`, `Bearer new ${body}`]);
  });

  it("to sign in that is rejected does not renew the session", async () => {
    server.use(
      http.post(`${origin}/auth/login`, () =>
        HttpResponse.json({ code: "invalid_credentials" }, { status: 401 }),
      ),
    );
    const response = await fetchWithSession(new SessionManager())(
      new Request(`${origin}/auth/login`, { method: "POST" }),
    );
    expect(response.status).toBe(401);
    expect(refreshes).toBe(0);
  });
});
