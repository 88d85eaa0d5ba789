import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { backoff } from "./backoff";
import { LiveSocket } from "./socket";

/** A WebSocket whose server is the test. */
class FakeSocket {
  static all: FakeSocket[] = [];
  static readonly OPEN = 1;
  readyState = 0;
  sent: Record<string, unknown>[] = [];
  onopen?: () => void;
  onmessage?: (event: { data: string }) => void;
  onclose?: (event: { code: number }) => void;
  constructor() {
    FakeSocket.all.push(this);
  }
  send(text: string) {
    this.sent.push(JSON.parse(text));
  }
  close(code = 1000) {
    this.readyState = 3;
    this.onclose?.({ code });
  }
  accept() {
    this.readyState = 1;
    this.onopen?.();
    this.push({ type: "ready", data: {} });
  }
  push(frame: object) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

const last = () => FakeSocket.all.at(-1) as FakeSocket;
let log: string[];
let live: LiveSocket;

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.all = [];
  log = [];
  vi.stubGlobal("WebSocket", FakeSocket);
  live = new LiveSocket(
    "ws://test/ws",
    {
      token: () => "t1",
      renew: async () => {
        log.push("renew");
        return "t2";
      },
    },
    {
      frame: (frame) => log.push(frame.type),
      connected: () => log.push("connected"),
      reconnected: () => log.push("reconnected"),
    },
  );
});

afterEach(() => {
  live.stop();
  vi.useRealTimers();
});

describe("the socket", () => {
  it("authenticates by its first frame, never by the URL", () => {
    live.start();
    last().accept();
    expect(last().sent[0]).toEqual({ type: "auth", token: "t1" });
    expect(live.snapshot()).toEqual({ status: "live" });
  });

  it("watches its meters again before it reports the reconnect", async () => {
    live.start();
    last().accept();
    live.watch("d1");
    last().close(1006);
    expect(live.snapshot().status).toBe("reconnecting");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(FakeSocket.all).toHaveLength(2);
    expect(log).toEqual(["connected"]);
    last().accept();
    expect(last().sent).toEqual([
      { type: "auth", token: "t1" },
      { type: "watch", device_id: "d1" },
    ]);
    expect(log).toEqual(["connected", "reconnected"]);
  });

  it("reports a reconnect when the first attempt had failed", async () => {
    live.start();
    last().close(1006);
    await vi.advanceTimersByTimeAsync(1_000);
    last().accept();
    expect(log).toEqual(["reconnected"]);
  });

  it("knows when the last frame arrived before the connection was lost", async () => {
    live.start();
    last().accept();
    const lastFrameAt = Date.now();
    vi.advanceTimersByTime(20_000);
    last().close(1006);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(live.snapshot()).toMatchObject({ since: lastFrameAt });
  });

  it("watches a meter once for two components, until both are unmounted", () => {
    live.start();
    last().accept();
    const leave = [live.watch("d1"), live.watch("d1")];
    for (const stop of leave) stop();
    expect(last().sent.slice(1)).toEqual([
      { type: "watch", device_id: "d1" },
      { type: "unwatch", device_id: "d1" },
    ]);
  });

  it("renews a rejected token before it reconnects", async () => {
    live.start();
    last().accept();
    last().close(4401);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(log).toEqual(["connected", "renew"]);
    expect(FakeSocket.all).toHaveLength(2);
  });

  it("reconnects at once when the session was renewed", async () => {
    live.start();
    last().close(1006);
    await vi.advanceTimersByTimeAsync(0);
    live.reauthenticate("t2");
    expect(FakeSocket.all).toHaveLength(2);
  });

  it("disconnects and reconnects at once with the browser's offline and online events", () => {
    live.start();
    last().accept();
    window.dispatchEvent(new Event("offline"));
    expect(live.snapshot().status).toBe("offline");
    window.dispatchEvent(new Event("online"));
    expect(FakeSocket.all).toHaveLength(2);
  });

  it("drops a connection that does not answer a ping, and ignores its later frames", async () => {
    live.start();
    last().accept();
    const first = last();
    await vi.advanceTimersByTimeAsync(15_000);
    expect(first.sent.at(-1)).toEqual({ type: "ping" });
    first.push({ type: "pong" });
    await vi.advanceTimersByTimeAsync(24_000);
    expect(live.snapshot().status).toBe("live");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(live.snapshot().status).toBe("reconnecting");
    first.push({ type: "user.changed" });
    expect(log).toEqual(["connected"]);
  });

  it("retries when a connection attempt gets no answer", async () => {
    live.start();
    await vi.advanceTimersByTimeAsync(11_000);
    expect(FakeSocket.all).toHaveLength(2);
  });
});

it("the backoff doubles up to a maximum and is half jitter", () => {
  expect(backoff(0, () => 0)).toBe(250);
  expect(backoff(3, () => 1)).toBe(4_000);
  expect(backoff(50, () => 1)).toBe(10_000);
  expect(backoff(3, () => 0)).toBe(2_000);
});
