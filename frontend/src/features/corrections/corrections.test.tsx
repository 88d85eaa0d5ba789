import { cleanup, fireEvent, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Correction, Role, Suspicious } from "@/api/types";
import { server } from "@/testing/server";
import { show } from "@/testing/show";
import { signedIn } from "@/testing/signedIn";
import { DeviceCorrections } from "./DeviceCorrections";

const device = { id: "d1", name: "Flat 12", time_zone: "Europe/Bucharest", unit: "kWh" };
const page = (items: unknown[]) => HttpResponse.json({ items, next_cursor: null });
const problem = (status: number, code: string) =>
  HttpResponse.json(
    { code, detail: code },
    { status, headers: { "Content-Type": "application/problem+json" } },
  );

function aCorrection(change: Partial<Correction> = {}): Correction {
  return {
    id: "c1",
    timestamp: "2026-05-04T10:00:00Z",
    kind: "set_aside",
    previous_value: 20.5,
    replacement: null,
    previous_kwh: 20.5,
    replacement_kwh: null,
    unit: "kWh",
    until: null,
    count: null,
    made_by: "u9",
    made_at: "2026-05-05T10:00:00Z",
    reason: "Meter fault",
    undone_at: null,
    undone_by: null,
    ...change,
  };
}

const suspicious: Suspicious = {
  start: "2026-05-04T10:00:00Z",
  end: "2026-05-04T10:15:00Z",
  energy_kwh: 20183,
  reason: "implausible",
  timestamp: "2026-05-04T10:07:00Z",
  value: 20183,
};

const fill = (dialog: HTMLElement, label: RegExp, value: string) =>
  fireEvent.change(within(dialog).getByLabelText(label), { target: { value } });

let sent: { method: string; url: URL; body: unknown }[];
const log = async (request: Request) => {
  const body = request.method === "POST" ? await request.json() : null;
  sent.push({ method: request.method, url: new URL(request.url), body });
};

function answer(corrections: Correction[], found: Suspicious[] = []) {
  server.use(
    http.get("*/monitoring/devices/d1/corrections", () => page(corrections)),
    http.get("*/monitoring/devices/d1/suspicious", () => page(found)),
  );
}

async function open(role: Role = "admin") {
  await signedIn({ role });
  await show(<DeviceCorrections id="d1" />);
  return screen.findByRole("region", { name: "Corrections" });
}

beforeEach(() => {
  sent = [];
  answer([]);
  server.use(
    http.get("*/devices/d1", () => HttpResponse.json(device)),
    http.get("*/users/u9", () =>
      HttpResponse.json({ id: "u9", username: "mp", full_name: "Mara" }),
    ),
    http.post("*/monitoring/devices/d1/corrections", async ({ request }) => {
      await log(request);
      return HttpResponse.json(aCorrection(), { status: 201 });
    }),
    http.delete("*/monitoring/devices/d1/corrections/c1", async ({ request }) => {
      await log(request);
      return new HttpResponse(null, { status: 204 });
    }),
    http.delete("*/monitoring/devices/d1/readings", async ({ request }) => {
      await log(request);
      return HttpResponse.json({ deleted: 3 });
    }),
  );
});

describe("the list of corrections", () => {
  it("names who changed what, when and why", async () => {
    answer([aCorrection()]);
    const list = await open();
    const item = await within(list).findByRole("listitem");
    await within(item).findByText(/Set aside by Mara/);
    expect(item).toHaveTextContent("4 May 2026, 13:00");
    expect(item).toHaveTextContent("20.5 kWh → no reading");
    expect(item).toHaveTextContent("Reason: Meter fault");
  });

  it("names an owner's own change, and an administrator to an owner", async () => {
    answer([
      aCorrection({ id: "c2", kind: "replaced", made_by: "u1", replacement: 0, reason: null }),
      aCorrection(),
    ]);
    const list = await open("client");
    const [own, other] = await within(list).findAllByRole("listitem");
    expect(own).toHaveTextContent("20.5 kWh → 0 kWhReplaced by you");
    expect(other).toHaveTextContent("Set aside by an administrator");
    expect(screen.queryByRole("button")).toBeNull();
  });

  it("names the queue when a reading from there replaced the value", async () => {
    answer([aCorrection({ kind: "replaced", made_by: null, replacement: 1, reason: null })]);
    const list = await open();
    const item = await within(list).findByRole("listitem");
    expect(item).toHaveTextContent("Replaced by a reading from the message queue");
  });

  it("shows a deleted period with the number of its readings", async () => {
    answer([
      aCorrection({
        kind: "deleted",
        until: "2026-05-04T12:00:00Z",
        count: 24,
        previous_value: null,
      }),
    ]);
    const list = await open();
    const item = await within(list).findByRole("listitem");
    expect(item).toHaveTextContent("4 May 2026, 13:00 – 4 May 2026, 15:00");
    expect(item).toHaveTextContent("24 readings deleted");
  });

  it("lets administrators undo what an administrator decided, once", async () => {
    answer([
      aCorrection({ id: "c3", undone_at: "2026-05-06T10:00:00Z", undone_by: "u1" }),
      aCorrection({ id: "c4", kind: "replaced", replacement: 1, reason: null }),
      aCorrection({ id: "c5", kind: "deleted", count: 1 }),
      aCorrection(),
    ]);
    const list = await open();
    const items = await within(list).findAllByRole("listitem");
    expect(items[0]).toHaveTextContent("Ended by you");
    expect(within(list).getAllByRole("button")).toHaveLength(1);
    const name = "Undo the correction of 4 May 2026, 13:00";
    await userEvent.click(within(list).getByRole("button", { name }));
    await vi.waitFor(() => expect(sent[0]?.url.pathname).toMatch(/corrections\/c1$/));
  });

  it("says what will appear when there are none, and what failed", async () => {
    const list = await open();
    await within(list).findByText(/No corrections. Readings that are replaced/);
    server.use(
      http.get("*/monitoring/devices/d1/corrections", () => problem(503, "unavailable")),
      http.get("*/monitoring/devices/d1/suspicious", () => problem(503, "unavailable")),
    );
    cleanup();
    await show(<DeviceCorrections id="d1" />);
    await vi.waitFor(() =>
      expect(screen.getAllByRole("button", { name: "Try again" })).toHaveLength(2),
    );
  });
});

describe("a suspicious reading", () => {
  beforeEach(() => answer([], [suspicious]));

  it("says what is odd about it", async () => {
    await open("client");
    const item = await screen.findByRole("listitem");
    expect(item).toHaveTextContent("20,183 kWh, above the highest power of the meter");
    expect(screen.queryByRole("button")).toBeNull();
  });

  it("is set aside only with a reason", async () => {
    const user = userEvent.setup({ delay: null });
    await open();
    await user.click(await screen.findByRole("button", { name: /^Set aside the reading of/ }));
    const dialog = await screen.findByRole("dialog", { name: "Set aside a reading" });
    await user.click(within(dialog).getByRole("button", { name: "Set aside" }));
    expect(within(dialog).getByText("Required.")).toBeVisible();
    expect(sent).toEqual([]);
    fill(dialog, /Reason/, "Meter fault");
    await user.click(within(dialog).getByRole("button", { name: "Set aside" }));
    await vi.waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(sent[0]?.body).toEqual({
      timestamp: suspicious.timestamp,
      replacement: null,
      reason: "Meter fault",
    });
  });

  it("is replaced by a value in the unit of the meter", async () => {
    const user = userEvent.setup({ delay: null });
    await open();
    await user.click(await screen.findByRole("button", { name: /^Replace the reading of/ }));
    const dialog = await screen.findByRole("dialog", { name: "Replace a reading" });
    fill(dialog, /New value in kWh/, "0.25");
    fill(dialog, /Reason/, "Read by hand");
    await user.click(within(dialog).getByRole("button", { name: "Replace" }));
    await vi.waitFor(() => expect(sent).toHaveLength(1));
    expect(sent[0]?.body).toMatchObject({ replacement: 0.25, reason: "Read by hand" });
  });

  it("shows why the service refused, and keeps what was typed", async () => {
    server.use(http.post("*/monitoring/devices/d1/corrections", () => problem(503, "unavailable")));
    const user = userEvent.setup({ delay: null });
    await open();
    await user.click(await screen.findByRole("button", { name: /^Set aside the reading of/ }));
    const dialog = await screen.findByRole("dialog");
    fill(dialog, /Reason/, "Meter fault");
    await user.click(within(dialog).getByRole("button", { name: "Set aside" }));
    expect(await within(dialog).findByRole("alert")).toHaveTextContent("A part of Contor");
    expect(within(dialog).getByLabelText(/Reason/)).toHaveValue("Meter fault");
  });
});

describe("administrators", () => {
  it("correct any reading by its local time", async () => {
    const user = userEvent.setup({ delay: null });
    await open();
    await user.click(screen.getByRole("button", { name: "Correct a reading" }));
    const dialog = await screen.findByRole("dialog", { name: "Correct a reading" });
    await user.click(within(dialog).getByRole("radio", { name: "Set aside" }));
    fill(dialog, /Time of the reading \(Europe\/Bucharest\)/, "2026-05-04T13:00:30");
    expect(within(dialog).getByText(/4 May 2026 at 13:00:30 (EEST|GMT\+3)/)).toBeVisible();
    fill(dialog, /Reason/, "Test");
    await user.click(within(dialog).getByRole("button", { name: "Set aside" }));
    await vi.waitFor(() => expect(sent).toHaveLength(1));
    expect(sent[0]?.body).toEqual({
      timestamp: "2026-05-04T10:00:30.000Z",
      replacement: null,
      reason: "Test",
    });
  });

  it("delete a period in the meter's time, with a reason, never an empty one", async () => {
    const user = userEvent.setup({ delay: null });
    await open();
    await user.click(screen.getByRole("button", { name: "Delete readings" }));
    const dialog = await screen.findByRole("dialog");
    fill(dialog, /^Start/, "2026-05-04T13:00");
    fill(dialog, /^End/, "2026-05-04T12:00");
    fill(dialog, /Reason/, "Test data");
    await user.click(within(dialog).getByRole("button", { name: "Delete" }));
    expect(within(dialog).getByText("The end must be after the start.")).toBeVisible();
    fill(dialog, /^End/, "2026-05-04T15:00");
    await user.click(within(dialog).getByRole("button", { name: "Delete" }));
    await screen.findByText("3 readings deleted.");
    expect(Object.fromEntries(sent[0]?.url.searchParams ?? [])).toEqual({
      from: "2026-05-04T10:00:00.000Z",
      to: "2026-05-04T12:00:00.000Z",
      reason: "Test data",
    });
  });
});
