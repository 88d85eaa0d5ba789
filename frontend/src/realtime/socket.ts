import { Store } from "@/api/store";
import type { ServerFrame } from "@/api/types";
import { backoff } from "./backoff";

export type Connection =
  | { status: "connecting" | "live" }
  | { status: "reconnecting" | "offline"; since: number };

export type Credentials = {
  token: () => string | null;
  renew: () => Promise<string | null>;
};

type Handlers = {
  /** Every server frame but `ready` and `pong`. */
  frame: (frame: ServerFrame) => void;
  /** Ready at the first attempt. */
  connected: () => void;
  /** Ready again, or ready after a failed first attempt; `watch` frames are sent. Refetch what was missed. */
  reconnected: (since: number) => void;
};

const UNAUTHENTICATED = 4401;
const ABNORMAL_CLOSURE = 1006;
const PING_INTERVAL_MS = 15_000;
/** Without an answer to `auth` or `ping` for this long the connection counts as lost. */
const ANSWER_TIMEOUT_MS = 10_000;

/** The WebSocket of this tab: authenticates, watches meters, and reconnects with backoff. */
export class LiveSocket {
  #socket: WebSocket | null = null;
  #stopped = false;
  #attempt = 0;
  #lastFrameAt = 0;
  #watched = new Map<string, number>();
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #pingTimer: ReturnType<typeof setInterval> | undefined;
  #answerTimer: ReturnType<typeof setTimeout> | undefined;
  #connection = new Store<Connection>({ status: "connecting" });

  constructor(
    private readonly url: string,
    private readonly credentials: Credentials,
    private readonly handlers: Handlers,
  ) {}

  subscribe = this.#connection.subscribe;
  snapshot = this.#connection.get;

  start(): void {
    this.#stopped = false;
    window.addEventListener("online", this.#reconnectNow);
    window.addEventListener("offline", this.#goOffline);
    this.#connect();
  }

  stop(): void {
    this.#stopped = true;
    window.removeEventListener("online", this.#reconnectNow);
    window.removeEventListener("offline", this.#goOffline);
    this.#close();
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

  /** Call with each new access token: the server closes the socket when the old one expires. */
  reauthenticate(token: string): void {
    if (this.#socket?.readyState === WebSocket.OPEN) {
      this.#socket.send(JSON.stringify({ type: "auth", token }));
    } else if (this.#retryTimer !== undefined) {
      this.#reconnectNow(); // the server has just answered, so do not wait for the backoff
    }
  }

  #reconnectNow = () => {
    this.#attempt = 0;
    if (this.#socket === null) this.#connect();
  };

  #goOffline = () => {
    this.#close();
    this.#connection.set({ status: "offline", since: this.#since() });
  };

  #connect(): void {
    clearTimeout(this.#retryTimer);
    this.#retryTimer = undefined;
    const token = this.credentials.token();
    if (this.#stopped || token === null || this.#socket !== null) return;
    const socket = new WebSocket(this.url);
    this.#socket = socket;
    socket.onopen = () => socket.send(JSON.stringify({ type: "auth", token }));
    socket.onmessage = (event) => {
      if (this.#socket === socket) this.#receive(String(event.data));
    };
    socket.onclose = (event) => void this.#onClose(socket, event.code);
    this.#expectAnswer(socket);
  }

  /** Does not wait for the close event of a dead connection: it can take minutes. */
  #expectAnswer(socket: WebSocket): void {
    const sentAt = Date.now();
    clearTimeout(this.#answerTimer);
    this.#answerTimer = setTimeout(() => {
      if (this.#lastFrameAt < sentAt) void this.#onClose(socket, ABNORMAL_CLOSURE);
    }, ANSWER_TIMEOUT_MS);
  }

  #receive(text: string): void {
    this.#lastFrameAt = Date.now();
    const frame = JSON.parse(text) as ServerFrame;
    if (frame.type === "ready") this.#onReady();
    else if (frame.type !== "pong") this.handlers.frame(frame);
  }

  #onReady(): void {
    const { status } = this.snapshot();
    if (status === "live") return;
    this.#attempt = 0;
    for (const device_id of this.#watched.keys()) this.#send({ type: "watch", device_id }, true);
    this.#pingTimer = setInterval(() => this.#ping(), PING_INTERVAL_MS);
    const since = this.#since();
    this.#connection.set({ status: "live" });
    if (status === "connecting") this.handlers.connected();
    else this.handlers.reconnected(since);
  }

  #ping(): void {
    this.#send({ type: "ping" });
    if (this.#socket) this.#expectAnswer(this.#socket);
  }

  async #onClose(socket: WebSocket, code: number): Promise<void> {
    if (this.#socket !== socket) return;
    this.#close();
    if (this.#stopped) return;
    const status = navigator.onLine ? "reconnecting" : "offline";
    this.#connection.set({ status, since: this.#since() });
    if (code === UNAUTHENTICATED) {
      const token = await this.credentials.renew().catch(() => undefined);
      if (token === null) return;
    }
    this.#retryTimer = setTimeout(() => this.#connect(), backoff(this.#attempt));
    this.#attempt += 1;
  }

  #close(): void {
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#answerTimer);
    clearInterval(this.#pingTimer);
    this.#retryTimer = undefined;
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  /** The values on the screen are as old as the last frame before the connection was lost. */
  #since(): number {
    const connection = this.snapshot();
    return "since" in connection ? connection.since : this.#lastFrameAt || Date.now();
  }

  #send(frame: object, beforeLive = false): void {
    const open = this.#socket?.readyState === WebSocket.OPEN;
    if (open && (beforeLive || this.snapshot().status === "live")) {
      this.#socket?.send(JSON.stringify(frame));
    }
  }
}
