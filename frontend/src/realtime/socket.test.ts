import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { backoff } from "./backoff";
import { LiveSocket } from "./socket";

/** The browser's side of a socket whose server is the test. */
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
    this.says({ type: "ready", data: {} });
  }
  says(frame: object) {
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
      begun: () => log.push("begun"),
      resumed: () => log.push("resumed"),
    },
  );
});

afterEach(() => {
  live.stop();
  vi.useRealTimers();
});

describe("the socket", () => {
  it("says who it is first, and never in the address", () => {
    live.start();
    last().accept();
    expect(last().sent[0]).toEqual({ type: "auth", token: "t1" });
    expect(live.snapshot()).toEqual({ status: "live" });
  });

  it("after a cut watches again first, then catches up", async () => {
    live.start();
    last().accept();
    live.watch("d1");
    last().close(1006);
    expect(live.snapshot().status).toBe("reconnecting");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(FakeSocket.all).toHaveLength(2);
    expect(log).toEqual(["begun"]);
    last().accept();
    expect(last().sent).toEqual([
      { type: "auth", token: "t1" },
      { type: "watch", device_id: "d1" },
    ]);
    expect(log).toEqual(["begun", "resumed"]);
  });

  it("that came only at the second attempt has missed something too", async () => {
    live.start();
    last().close(1006);
    await vi.advanceTimersByTimeAsync(1_000);
    last().accept();
    expect(log).toEqual(["resumed"]);
  });

  it("remembers since when what is shown is old", async () => {
    live.start();
    last().accept();
    const heard = Date.now();
    vi.advanceTimersByTime(20_000);
    last().close(1006);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(live.snapshot()).toMatchObject({ since: heard });
  });

  it("watches a meter once for two who look, until both have left", () => {
    live.start();
    last().accept();
    const leave = [live.watch("d1"), live.watch("d1")];
    for (const stop of leave) stop();
    expect(last().sent.slice(1)).toEqual([
      { type: "watch", device_id: "d1" },
      { type: "unwatch", device_id: "d1" },
    ]);
  });

  it("renews its token when it is refused, before it comes back", async () => {
    live.start();
    last().accept();
    last().close(4401);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(log).toEqual(["begun", "renew"]);
    expect(FakeSocket.all).toHaveLength(2);
  });

  it("comes back at once when the session was renewed: somebody answers again", async () => {
    live.start();
    last().close(1006);
    await vi.advanceTimersByTimeAsync(0);
    live.reauthenticate("t2");
    expect(FakeSocket.all).toHaveLength(2);
  });

  it("is cut at once when the browser is offline, and back at once when it is online", () => {
    live.start();
    last().accept();
    window.dispatchEvent(new Event("offline"));
    expect(live.snapshot().status).toBe("offline");
    window.dispatchEvent(new Event("online"));
    expect(FakeSocket.all).toHaveLength(2);
  });

  it("gives up a connection that went silent, and hears nothing more of it", async () => {
    live.start();
    last().accept();
    const first = last();
    await vi.advanceTimersByTimeAsync(15_000);
    expect(first.sent.at(-1)).toEqual({ type: "ping" });
    first.says({ type: "pong" });
    await vi.advanceTimersByTimeAsync(24_000);
    expect(live.snapshot().status).toBe("live");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(live.snapshot().status).toBe("reconnecting");
    first.says({ type: "user.changed" });
    expect(log).toEqual(["begun"]);
  });

  it("gives up an attempt that nobody answers", async () => {
    live.start();
    await vi.advanceTimersByTimeAsync(11_000);
    expect(FakeSocket.all).toHaveLength(2);
  });
});

it("waiting grows to a ceiling and is never the same for all", () => {
  expect(backoff(0, () => 0)).toBe(250);
  expect(backoff(3, () => 1)).toBe(4_000);
  expect(backoff(50, () => 1)).toBe(10_000);
  expect(backoff(3, () => 0)).toBe(2_000);
});
