import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Alert } from "@/api/types";
import { anAlert } from "@/testing/factories";
import { server } from "@/testing/server";
import { show } from "@/testing/show";
import { AcknowledgeAll } from "./AcknowledgeAll";
import { AlertRow } from "./AlertRow";
import { parseAlerts, queryOf } from "./search";

const device = { id: "d1", name: "Flat 12", time_zone: "UTC" };

beforeEach(() => {
  server.use(http.get("*/devices/d1", () => HttpResponse.json(device)));
});

describe("the filter of the alerts page", () => {
  it("comes from the address, without what is not understood", () => {
    expect(parseAlerts({ past: true, state: "active", device: "d1" })).toEqual({
      past: true,
      state: "active",
      device: "d1",
    });
    expect(parseAlerts({ past: "maybe", state: "odd" })).toEqual({});
  });

  it("asks for new alerts by their acknowledgement, for others by their state", () => {
    expect(queryOf({ state: "new", past: false })).toMatchObject({
      acknowledged: false,
      state: undefined,
      past: false,
    });
    expect(queryOf({ state: "cleared" })).toMatchObject({ state: "cleared" });
  });
});

describe("an alert in the list", () => {
  const row = async (change: Partial<Alert>) => {
    await show(
      <ul>
        <AlertRow alert={anAlert(change)} onAcknowledge={() => undefined} pending={false} />
      </ul>,
    );
    await screen.findByText("Flat 12");
    return screen.getByRole("listitem");
  };

  it("that was raised again says how often, with its energy and limit", async () => {
    const item = await row({ raised_times: 3 });
    expect(item).toHaveTextContent(/Raised again, 3 times, last/);
    expect(item).toHaveTextContent("10:00–11:00: 1.3 kWh, limit 1.2 kWh (8% over)");
  });

  it("that was raised once does not speak of it", async () => {
    expect(await row({})).not.toHaveTextContent("Raised");
  });

  it("shows the owner's part of the hour with its own times", async () => {
    const item = await row({ hour_start: "2026-05-04T10:30:00Z" });
    expect(item).toHaveTextContent("10:30–11:00: 1.3 kWh");
    expect(item).toHaveTextContent("Only this part of the hour: the meter changed its owner");
  });

  it("of imported data says so", async () => {
    expect(await row({ past: true })).toHaveTextContent("Found in imported data");
  });

  it("that was cleared says only what is known: it is no longer over the limit", async () => {
    const item = await row({ state: "cleared", raised_times: 2, energy_kwh: 0.2 });
    expect(item).toHaveTextContent("Cleared: no longer over the limit. Raised 2 times.");
  });
});

describe("acknowledging all alerts of a filter", () => {
  const search = { device: "d1", past: true, state: "active" as const };
  let sent: unknown[];
  beforeEach(() => {
    sent = [];
    server.use(
      http.get("*/monitoring/alerts/count", ({ request }) => {
        const query = new URL(request.url).searchParams.toString();
        return HttpResponse.json({ count: query.includes("past=true") ? 412 : 1 });
      }),
      http.post("*/monitoring/alerts/acknowledge", async ({ request }) => {
        sent.push(await request.json());
        return HttpResponse.json({ acknowledged: 412 });
      }),
    );
  });

  it("asks first, and names their number and the filter", async () => {
    const user = userEvent.setup({ delay: null });
    await show(<AcknowledgeAll search={search} />);
    await user.click(await screen.findByRole("button", { name: "Acknowledge 412 alerts" }));
    const dialog = await screen.findByRole("dialog", { name: "Acknowledge 412 alerts?" });
    expect(dialog).toHaveTextContent("Flat 12 · Active · Only imported data");
    expect(sent).toEqual([]);
    await user.click(within(dialog).getByRole("button", { name: "Cancel" }));
    expect(sent).toEqual([]);
  });

  it("is one request by the filter", async () => {
    const user = userEvent.setup({ delay: null });
    await show(<AcknowledgeAll search={search} />);
    await user.click(await screen.findByRole("button", { name: "Acknowledge 412 alerts" }));
    const dialog = await screen.findByRole("dialog");
    await user.click(within(dialog).getByRole("button", { name: "Acknowledge 412 alerts" }));
    await screen.findByText("412 alerts acknowledged.");
    expect(sent).toEqual([{ filter: { device_id: "d1", state: "active", past: true } }]);
  });

  it("says why it failed and keeps the dialog open", async () => {
    server.use(
      http.post("*/monitoring/alerts/acknowledge", () =>
        HttpResponse.json({ code: "unavailable", detail: "" }, { status: 503 }),
      ),
    );
    const user = userEvent.setup({ delay: null });
    await show(<AcknowledgeAll search={search} />);
    await user.click(await screen.findByRole("button", { name: "Acknowledge 412 alerts" }));
    const dialog = await screen.findByRole("dialog");
    await user.click(within(dialog).getByRole("button", { name: "Acknowledge 412 alerts" }));
    await vi.waitFor(() =>
      expect(within(dialog).getByRole("alert")).toHaveTextContent("A part of"),
    );
  });

  it("is not offered when there are none", async () => {
    server.use(http.get("*/monitoring/alerts/count", () => HttpResponse.json({ count: 0 })));
    await show(<AcknowledgeAll search={{}} />);
    await Promise.resolve();
    expect(screen.queryByRole("button")).toBeNull();
  });
});
