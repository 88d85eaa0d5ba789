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
  /** Registered again (watches included) after a cut: now ask for what was missed. */
  resumed: (since: number) => void;
};

const UNAUTHENTICATED = 4401;
const PING_MS = 25_000;
/** No answer to a ping for this long: the network took the connection without saying so. */
const SILENCE_MS = 60_000;

/** The one WebSocket of a tab: says who it is, what it watches, and comes back by itself. */
export class LiveSocket {
  #socket: WebSocket | null = null;
  #stopped = false;
  #attempt = 0;
  #everLive = false;
  #heardAt = 0;
  #watched = new Map<string, number>();
  #retry: ReturnType<typeof setTimeout> | undefined;
  #pulse: ReturnType<typeof setInterval> | undefined;
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
    }
  }

  #online = () => {
    clearTimeout(this.#retry);
    this.#attempt = 0;
    if (this.#socket === null) this.#connect();
  };

  #offline = () => {
    this.#drop();
    this.#become({ status: "offline", since: this.#since() });
  };

  #connect(): void {
    const token = this.identity.token();
    if (this.#stopped || token === null || this.#socket !== null) return;
    const socket = new WebSocket(this.url);
    this.#socket = socket;
    socket.onopen = () => socket.send(JSON.stringify({ type: "auth", token }));
    socket.onmessage = (event) => this.#receive(String(event.data));
    socket.onclose = (event) => void this.#closed(socket, event.code);
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
    const again = this.#everLive;
    const since = this.#since();
    this.#everLive = true;
    this.#become({ status: "live" });
    if (again) this.handlers.resumed(since);
  }

  #beat(): void {
    if (Date.now() - this.#heardAt > SILENCE_MS) this.#socket?.close();
    else this.#send({ type: "ping" });
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
    clearInterval(this.#pulse);
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
