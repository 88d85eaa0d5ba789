import { HttpResponse, http } from "msw";
import { expect, it, vi } from "vitest";
import { anAlert } from "@/testing/facts";
import { server } from "@/testing/server";
import { tellMissed } from "./missed";
import { Notices, type Toast } from "./notices";

it("what was raised during a cut is told once, what was known before is not", async () => {
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
  const alert = (id: string, raised: number) =>
    anAlert({ id, raised_at: minutesAgo(raised), hour_end: minutesAgo(0) });
  server.use(
    http.get(`${window.location.origin}/monitoring/alerts`, () =>
      HttpResponse.json({ items: [alert("new", 1), alert("old", 30)], next_cursor: null }),
    ),
  );
  const toasts: Toast[] = [];
  const notices = new Notices({ id: "u1", role: "client" }, (toast) => toasts.push(toast), {
    meterOf: async () => ({ name: "Flat" }),
    conversationOf: async () => null,
  });
  const since = Date.now() - 5 * 60_000;
  await tellMissed(notices, since);
  await tellMissed(notices, since);
  await vi.waitFor(() => expect(toasts.map(({ id }) => id)).toEqual(["new"]));
});
