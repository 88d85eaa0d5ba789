import { HttpResponse, http } from "msw";
import { expect, it, vi } from "vitest";
import { anAlert } from "@/testing/factories";
import { server } from "@/testing/server";
import { Notifier, type Toast } from "./notifier";
import { notifyMissedAlerts } from "./resync";

it("an alert raised while disconnected shows one toast, an earlier one none", async () => {
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
  const alert = (id: string, raised: number) =>
    anAlert({ id, device_id: id, raised_at: minutesAgo(raised), hour_end: minutesAgo(0) });
  server.use(
    http.get(`${window.location.origin}/monitoring/alerts`, () =>
      HttpResponse.json({ items: [alert("new", 1), alert("old", 30)], next_cursor: null }),
    ),
  );
  const toasts: Toast[] = [];
  const notifier = new Notifier({ id: "u1", role: "client" }, (toast) => toasts.push(toast), {
    device: async () => ({ name: "Flat" }),
    conversation: async () => null,
  });
  const since = Date.now() - 5 * 60_000;
  await notifyMissedAlerts(notifier, since);
  await notifyMissedAlerts(notifier, since);
  await vi.waitFor(() =>
    expect(toasts.map(({ href }) => href?.split("?")[0])).toEqual(["/meters/new"]),
  );
});
