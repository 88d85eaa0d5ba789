import { Problem, problemFrom } from "./problem";
import { Store } from "./store";
import type { Account, Session } from "./types";

/** Set while a refresh cookie probably exists, so that a first visit sends no request in vain. */
const HINT_KEY = "contor.session";
const REFRESH_LOCK = "contor-refresh";
export const REQUEST_TIMEOUT_MS = 30_000;
const RETRY_MS = 5_000;
/** The access token is renewed this long before it expires. */
const RENEW_BEFORE_MS = 60_000;

export type SessionState =
  | { status: "starting" }
  | { status: "unreachable" }
  | { status: "signed-out"; reason: "none" | "ended" | "signed-out" }
  | { status: "signed-in"; user: Account };

/**
 * The session of this browser. The access token stays in memory; the refresh token is an HttpOnly
 * cookie. Concurrent calls of `renew` share one request, and tabs take turns.
 */
export class SessionManager {
  #state = new Store<SessionState>({ status: "starting" });
  #token: string | null = null;
  #renewal: Promise<string | null> | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #channel =
    typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("contor-session");

  constructor() {
    this.#channel?.addEventListener("message", (event) => {
      if (event.data === "signed-out" && this.state.status === "signed-in") {
        this.#end("signed-out");
      }
    });
  }

  subscribe = this.#state.subscribe;
  snapshot = this.#state.get;

  get state(): SessionState {
    return this.snapshot();
  }

  get token(): string | null {
    return this.#token;
  }

  /** On page load: resume the session of the cookie, if there may be one. */
  async start(): Promise<void> {
    if (localStorage.getItem(HINT_KEY) === null) return this.#end("none");
    await this.renew().catch(() => undefined);
  }

  adopt(session: Session): void {
    this.#token = session.access_token;
    localStorage.setItem(HINT_KEY, "1");
    this.#renewIn(Math.max(session.expires_in * 1000 - RENEW_BEFORE_MS, RETRY_MS));
    this.#state.set({ status: "signed-in", user: session.user });
  }

  /** A new access token, or null when the session has ended. Throws `Problem` when unreachable. */
  renew(): Promise<string | null> {
    this.#renewal ??= this.#refresh().finally(() => {
      this.#renewal = null;
    });
    return this.#renewal;
  }

  async signOut(): Promise<void> {
    const token = this.#token;
    this.#end("signed-out");
    this.#channel?.postMessage("signed-out");
    await fetch(url("/auth/logout"), {
      method: "POST",
      credentials: "same-origin",
      headers: token === null ? {} : { Authorization: `Bearer ${token}` },
    }).catch(() => undefined);
  }

  async #refresh(): Promise<string | null> {
    const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
    const response = await withRefreshLock(() =>
      fetch(url("/auth/refresh"), { method: "POST", credentials: "same-origin", signal }),
    ).catch(() => null);
    const renewed: Session | null = response?.ok ? await response.json().catch(() => null) : null;
    if (renewed) {
      this.adopt(renewed);
      return this.#token;
    }
    if (response && [401, 403].includes(response.status)) {
      this.#end("ended");
      return null;
    }
    if (this.state.status === "starting") this.#state.set({ status: "unreachable" });
    this.#renewIn(RETRY_MS);
    throw response && !response.ok ? problemFrom(response, {}) : Problem.unreachable();
  }

  #renewIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.renew().catch(() => undefined), ms);
  }

  #end(reason: "none" | "ended" | "signed-out"): void {
    this.#token = null;
    clearTimeout(this.#timer);
    localStorage.removeItem(HINT_KEY);
    this.#state.set({ status: "signed-out", reason });
  }
}

function url(path: string): string {
  return new URL(path, window.location.origin).href;
}

/** Tabs share one refresh cookie, and each refresh replaces it: without the lock two would race. */
async function withRefreshLock(work: () => Promise<Response>): Promise<Response> {
  return navigator.locks ? navigator.locks.request(REFRESH_LOCK, work) : work();
}

export const session = new SessionManager();

/** Id and role: when either changes, nothing that was loaded before may be shown. Null: signed out. */
export function accountKey(state: SessionState): string | null {
  return state.status === "signed-in" ? `${state.user.id}:${state.user.role}` : null;
}

/** Call `listener` whenever `accountKey` has changed. */
export function onAccountChange(listener: () => void): void {
  let key = accountKey(session.state);
  session.subscribe(() => {
    const next = accountKey(session.state);
    if (next === key) return;
    key = next;
    listener();
  });
}
