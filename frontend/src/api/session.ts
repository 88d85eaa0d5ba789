import { Problem, problemFrom } from "./problem";
import type { Account, Session } from "./types";

/** Only says that a refresh cookie probably exists, so that a first visit asks for nothing in vain. */
const HINT = "contor.session";
const LOCK = "contor-refresh";
/** A request that is not answered for so long is lost: a line that went silent says nothing. */
export const PATIENCE_MS = 30_000;
/** Renew this long before the access token ends. */
const EARLY_MS = 60_000;

export type SessionState =
  | { status: "starting" }
  | { status: "unreachable" }
  | { status: "signed-out"; reason: "none" | "ended" | "signed-out" }
  | { status: "signed-in"; user: Account };

/**
 * Who is signed in. The access token never leaves memory; the refresh token is a cookie the page
 * cannot read. `renew` is single-flight within the tab and takes its turn among tabs.
 */
export class SessionKeeper {
  #state: SessionState = { status: "starting" };
  #token: string | null = null;
  #expiresAt = 0;
  #renewal: Promise<string | null> | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #listeners = new Set<() => void>();
  #channel =
    typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("contor-session");

  constructor() {
    this.#channel?.addEventListener("message", (event) => {
      if (event.data === "signed-out" && this.#state.status === "signed-in") {
        this.#forget("signed-out");
      }
    });
  }

  get state(): SessionState {
    return this.#state;
  }

  get token(): string | null {
    return this.#token;
  }

  get expiresAt(): number {
    return this.#expiresAt;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  snapshot = (): SessionState => this.#state;

  /** At load: take up the session the cookie stands for, if there may be one. */
  async start(): Promise<void> {
    if (localStorage.getItem(HINT) === null) return this.#forget("none");
    await this.renew().catch(() => undefined);
  }

  adopt(session: Session): void {
    this.#token = session.access_token;
    this.#expiresAt = Date.now() + session.expires_in * 1000;
    localStorage.setItem(HINT, "1");
    clearTimeout(this.#timer);
    const wait = Math.max(session.expires_in * 1000 - EARLY_MS, 5_000);
    this.#timer = setTimeout(() => void this.renew().catch(() => undefined), wait);
    this.#become({ status: "signed-in", user: session.user });
  }

  /** A fresh access token, or null when the session is over. Throws `Problem` when unreachable. */
  renew(): Promise<string | null> {
    this.#renewal ??= this.#exchange().finally(() => {
      this.#renewal = null;
    });
    return this.#renewal;
  }

  async signOut(): Promise<void> {
    const token = this.#token;
    this.#forget("signed-out");
    this.#channel?.postMessage("signed-out");
    await fetch(url("/auth/logout"), {
      method: "POST",
      credentials: "same-origin",
      headers: token === null ? {} : { Authorization: `Bearer ${token}` },
    }).catch(() => undefined);
  }

  async #exchange(): Promise<string | null> {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const response = await inTurn(() =>
      fetch(url("/auth/refresh"), { method: "POST", credentials: "same-origin", signal }),
    ).catch(() => null);
    const fresh: Session | null = response?.ok ? await response.json().catch(() => null) : null;
    if (fresh) {
      this.adopt(fresh);
      return this.#token;
    }
    if (response && [401, 403].includes(response.status)) {
      this.#forget("ended");
      return null;
    }
    if (this.#state.status === "starting") this.#become({ status: "unreachable" });
    this.#tryLater();
    throw response && !response.ok ? problemFrom(response, {}) : Problem.unreachable();
  }

  #tryLater(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.renew().catch(() => undefined), 5_000);
  }

  #forget(reason: "none" | "ended" | "signed-out"): void {
    this.#token = null;
    this.#expiresAt = 0;
    clearTimeout(this.#timer);
    localStorage.removeItem(HINT);
    this.#become({ status: "signed-out", reason });
  }

  #become(state: SessionState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

function url(path: string): string {
  return new URL(path, window.location.origin).href;
}

/** Tabs share one cookie: a lock makes their exchanges follow each other instead of racing. */
async function inTurn(work: () => Promise<Response>): Promise<Response> {
  return navigator.locks ? navigator.locks.request(LOCK, work) : work();
}

export const session = new SessionKeeper();
