import { notifications, notificationsStore } from "@mantine/notifications";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Alert } from "@/api/types";
import { anAlert } from "@/testing/factories";
import { AlertNotices, isNewer } from "./alertNotices";
import type { Lookup } from "./notifier";

const lookup: Lookup = {
  device: async () => ({ name: "Flat", time_zone: "UTC" }),
  conversation: async () => null,
};
let shown: string[];
let links: (string | undefined)[];
let notices: AlertNotices;

beforeEach(() => {
  notifications.clean();
  shown = [];
  links = [];
  notices = new AlertNotices(({ id, title, message, href }) => {
    shown.push(`${title} ${message}`);
    links.push(href);
    notifications.show({ id, title, message });
  }, lookup);
});
afterEach(() => {
  notifications.clean();
  vi.useRealTimers();
});

/** The toasts that are open. */
const open = () => notificationsStore.getState().notifications.map(({ title }) => title);

const raised = anAlert();
const critical = anAlert({ severity: "critical", energy_kwh: 2 });
const cleared = anAlert({ state: "cleared", energy_kwh: 0.2 });
const again = anAlert({ raised_times: 2, raised_at: "2026-05-04T10:50:00Z", energy_kwh: 1.4 });
const againCritical = { ...again, severity: "critical", energy_kwh: 2.2 } as Alert;

describe("the notices about one hour", () => {
  it("show each change: raised, cleared, raised again, critical", async () => {
    for (const alert of [raised, cleared, again, againCritical]) await notices.changed(alert);
    expect(shown.map((text) => text.split(" 4 May")[0])).toEqual([
      "Flat: over the limit 1.3 kWh between",
      "Flat: alert cleared 0.2 kWh between",
      "Flat: over the limit again 1.4 kWh between",
      "Flat: far over the limit 2.2 kWh between",
    ]);
  });

  it("stand alone: the newest replaces the one before", async () => {
    for (const alert of [raised, cleared, again]) {
      await notices.changed(alert);
      expect(open()).toHaveLength(1);
    }
    expect(open()).toEqual(["Flat: over the limit again"]);
  });

  it("are shown once, however often a frame is delivered", async () => {
    for (const alert of [raised, raised, cleared, cleared]) await notices.changed(alert);
    expect(shown).toHaveLength(2);
  });

  it("ignore a late frame about an older state", async () => {
    await notices.changed(again);
    for (const late of [raised, critical, cleared]) await notices.changed(late);
    expect(open()).toEqual(["Flat: over the limit again"]);
    expect(shown).toHaveLength(1);
  });

  it("show only the newest of the states that arrive while the meter's name is looked up", async () => {
    await Promise.all([raised, cleared, again].map((alert) => notices.changed(alert)));
    expect(shown).toHaveLength(1);
    expect(open()).toEqual(["Flat: over the limit again"]);
  });

  it("follow the later raising when the hour has got a new alert", async () => {
    await notices.changed(raised);
    await notices.changed(anAlert({ id: "a2", raised_at: "2026-05-04T10:45:00Z" }));
    await notices.changed(cleared);
    expect(shown).toHaveLength(2);
    expect(open()).toEqual(["Flat: over the limit"]);
  });

  it("name the owner's part of the hour by its own times, with the date of another day", async () => {
    await notices.changed(anAlert({ hour_start: "2026-05-04T10:30:00Z" }));
    expect(shown[0]).toContain("between 4 May 2026, 10:30 and 11:00; the limit is 1.2 kWh.");
  });

  it("leave the notices of other hours alone", async () => {
    await notices.changed(raised);
    await notices.changed(anAlert({ id: "a2", hour_start: "2026-05-04T11:00:00Z" }));
    expect(open()).toHaveLength(2);
  });
});

describe("the order of an hour's states", () => {
  const states = [raised, critical, cleared, again, againCritical];

  it("is raised, critical, cleared, raised again in any order of arrival", () => {
    for (const [earlier, a] of states.entries()) {
      for (const [later, b] of states.entries()) {
        expect([earlier, later, isNewer(b, a)]).toEqual([earlier, later, later > earlier]);
      }
    }
  });
});

describe("past hours found in imported data", () => {
  const found = (count: number, device_id = "d1") =>
    notices.pastFound({
      device_id,
      owner_id: "u1",
      count,
      first_hour: "2025-01-01T00:00:00Z",
      last_hour: "2025-02-01T00:00:00Z",
    });

  beforeEach(() => void vi.useFakeTimers());

  it("show no notice each", async () => {
    await notices.changed(anAlert({ past: true }));
    expect(shown).toEqual([]);
  });

  it("are one notice with a link to their list", async () => {
    found(412);
    await vi.runAllTimersAsync();
    expect(shown).toEqual([
      "Flat: past hours over the limit 412 past hours over the limit were found in imported data.",
    ]);
    expect(links).toEqual(["/alerts?past=true&device=d1"]);
  });

  it("are summed over the batches of an import, in one open notice", async () => {
    found(100);
    found(200);
    await vi.runAllTimersAsync();
    found(112);
    await vi.runAllTimersAsync();
    expect(shown.map((text) => text.match(/\d+ past hours/)?.[0])).toEqual([
      "300 past hours",
      "412 past hours",
    ]);
    expect(open()).toHaveLength(1);
  });

  it("of several meters are one notice with a link to all of them", async () => {
    found(2);
    found(3, "d2");
    await vi.runAllTimersAsync();
    expect(shown).toEqual([
      "2 meters: past hours over the limit 5 past hours over the limit were found in imported data.",
    ]);
    expect(links).toEqual(["/alerts?past=true"]);
  });

  it("of a later import are counted on their own", async () => {
    found(400);
    await vi.runAllTimersAsync();
    vi.setSystemTime(Date.now() + 120_000);
    found(1);
    await vi.runAllTimersAsync();
    expect(shown[1]).toContain("1 past hour over the limit was found");
  });
});
