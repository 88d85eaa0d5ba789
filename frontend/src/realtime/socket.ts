import type { ServerFrame } from "@/api/types";
import { backoff } from "./backoff";

export type Connection =
  | { status: "connecting" | "live" }
  | { status: "reconnecting" | "offline"; since: number };

export type Identity = {
  token: () => string | null;
  renew: () => Promise<string | null>;
};

type Handlers = {
  /** Every server frame but `ready` and `pong`. */
  frame: (frame: ServerFrame) => void;
  /** Registered for the first time, nothing having gone wrong. */
  begun: () => void;
  /** Registered (watches included) after a cut, or at last: now ask for what was missed. */
  resumed: (since: number) => void;
};

const UNAUTHENTICATED = 4401;
const GONE = 1006;
const PING_MS = 15_000;
/** No answer for this long, to a ping or to who we are: the network took the connection silently. */
const SILENCE_MS = 10_000;

/** The one WebSocket of a tab: says who it is, what it watches, and comes back by itself. */
export class LiveSocket {
  #socket: WebSocket | null = null;
  #stopped = false;
  #attempt = 0;
  #heardAt = 0;
  #watched = new Map<string, number>();
  #retry: ReturnType<typeof setTimeout> | undefined;
  #pulse: ReturnType<typeof setInterval> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #connection: Connection = { status: "connecting" };
  #listeners = new Set<() => void>();

  constructor(
    private readonly url: string,
    private readonly identity: Identity,
    private readonly handlers: Handlers,
  ) {}

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  snapshot = (): Connection => this.#connection;

  start(): void {
    this.#stopped = false;
    window.addEventListener("online", this.#online);
    window.addEventListener("offline", this.#offline);
    this.#connect();
  }

  stop(): void {
    this.#stopped = true;
    window.removeEventListener("online", this.#online);
    window.removeEventListener("offline", this.#offline);
    this.#drop();
  }

  /** Counted, because two components may watch the same meter. */
  watch(deviceId: string): () => void {
    const count = this.#watched.get(deviceId) ?? 0;
    this.#watched.set(deviceId, count + 1);
    if (count === 0) this.#send({ type: "watch", device_id: deviceId });
    return () => {
      const left = (this.#watched.get(deviceId) ?? 1) - 1;
      if (left > 0) this.#watched.set(deviceId, left);
      else {
        this.#watched.delete(deviceId);
        this.#send({ type: "unwatch", device_id: deviceId });
      }
    };
  }

  /** The session renewed its token: say so before the socket's own one ends. */
  reauthenticate(token: string): void {
    if (this.#socket?.readyState === WebSocket.OPEN) {
      this.#socket.send(JSON.stringify({ type: "auth", token }));
    } else if (this.#retry !== undefined) {
      this.#online(); // somebody answers again
    }
  }

  #online = () => {
    this.#attempt = 0;
    if (this.#socket === null) this.#connect();
  };

  #offline = () => {
    this.#drop();
    this.#become({ status: "offline", since: this.#since() });
  };

  #connect(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    const token = this.identity.token();
    if (this.#stopped || token === null || this.#socket !== null) return;
    const socket = new WebSocket(this.url);
    this.#socket = socket;
    socket.onopen = () => socket.send(JSON.stringify({ type: "auth", token }));
    socket.onmessage = (event) => {
      if (this.#socket === socket) this.#receive(String(event.data));
    };
    socket.onclose = (event) => void this.#closed(socket, event.code);
    this.#expect(socket);
  }

  /** Something is to be heard soon. A close would wait for the other side, so it is not waited for. */
  #expect(socket: WebSocket): void {
    const asked = Date.now();
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      if (this.#heardAt < asked) void this.#closed(socket, GONE);
    }, SILENCE_MS);
  }

  #receive(text: string): void {
    this.#heardAt = Date.now();
    const frame = JSON.parse(text) as ServerFrame;
    if (frame.type === "ready") this.#ready();
    else if (frame.type !== "pong") this.handlers.frame(frame);
  }

  #ready(): void {
    if (this.#connection.status === "live") return;
    this.#attempt = 0;
    for (const device_id of this.#watched.keys()) this.#send({ type: "watch", device_id }, true);
    this.#pulse = setInterval(() => this.#beat(), PING_MS);
    const first = this.#connection.status === "connecting";
    const since = this.#since();
    this.#become({ status: "live" });
    if (first) this.handlers.begun();
    else this.handlers.resumed(since);
  }

  #beat(): void {
    this.#send({ type: "ping" });
    if (this.#socket) this.#expect(this.#socket);
  }

  async #closed(socket: WebSocket, code: number): Promise<void> {
    if (this.#socket !== socket) return;
    this.#drop();
    if (this.#stopped) return;
    this.#become({ status: navigator.onLine ? "reconnecting" : "offline", since: this.#since() });
    if (code === UNAUTHENTICATED) {
      const token = await this.identity.renew().catch(() => undefined);
      if (token === null) return;
    }
    this.#retry = setTimeout(() => this.#connect(), backoff(this.#attempt));
    this.#attempt += 1;
  }

  #drop(): void {
    clearTimeout(this.#retry);
    clearTimeout(this.#silence);
    clearInterval(this.#pulse);
    this.#retry = undefined;
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  /** What is on the screen is from the last frame heard before the cut. */
  #since(): number {
    return "since" in this.#connection ? this.#connection.since : this.#heardAt || Date.now();
  }

  #send(frame: object, beforeLive = false): void {
    const open = this.#socket?.readyState === WebSocket.OPEN;
    if (open && (beforeLive || this.#connection.status === "live")) {
      this.#socket?.send(JSON.stringify(frame));
    }
  }

  #become(connection: Connection): void {
    this.#connection = connection;
    for (const listener of this.#listeners) listener();
  }
}
