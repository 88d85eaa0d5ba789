import { QueryClient } from "@tanstack/react-query";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { keys } from "@/api/keys";
import type { Page, ServerFrame, Summary } from "@/api/types";
import { formatFor } from "@/i18n/format";
import { anAlert, aSummary } from "@/testing/factories";
import type { Context } from "./frames";
import { dispatch } from "./handlers";
import { Notifier, type Toast } from "./notifier";

let context: Context;
let toasts: Toast[];
const recent = () => new Date(Date.now() - 10 * 60_000).toISOString();
const frame = (type: string, data: object) => ({ type, id: "f", at: "", data }) as ServerFrame;
const alertFrame = (change = {}) =>
  frame("alert.raised", anAlert({ hour_end: recent(), ...change }));

beforeEach(() => {
  toasts = [];
  context = {
    me: { id: "u1" },
    queries: new QueryClient(),
    notifier: new Notifier({ id: "u1", role: "client" }, (toast) => toasts.push(toast), {
      device: async () => ({ name: "Flat", time_zone: "Asia/Kolkata" }),
      conversation: async () => null,
    }),
    renew: vi.fn(),
  };
});

const consumption = (change = {}) =>
  frame("consumption.updated", {
    device_id: "d1",
    state: "live",
    last_reading_at: "2026-05-04T10:40:00Z",
    silent_from: "2026-05-04T11:40:00Z",
    measurement_value: 0.2,
    power_w: 720,
    last_power_w: 720,
    hour: { start: "2026-05-04T10:00:00Z", end: "2026-05-04T11:00:00Z", energy_kwh: 1.1 },
    limit_kwh: 1.2,
    today_kwh: 5.2,
    ...change,
  });

describe("alert.raised", () => {
  it("shows one toast, however often it is delivered", async () => {
    dispatch(alertFrame(), context);
    dispatch(alertFrame(), context);
    await vi.waitFor(() =>
      expect(toasts.map((toast) => toast.title)).toEqual(["Flat: over the limit"]),
    );
  });

  it("names the hour in the meter's time zone", async () => {
    const end = recent();
    const start = new Date(Date.parse(end) - 3_600_000).toISOString();
    dispatch(alertFrame({ hour_start: start, hour_end: end }), context);
    const there = formatFor("en").time(start, "Asia/Kolkata");
    await vi.waitFor(() =>
      expect(toasts[0]?.message).toMatch(new RegExp(`between .*${there} and `)),
    );
  });

  it("of a past hour refetches the list and shows no toast", async () => {
    const invalidated = vi.spyOn(context.queries, "invalidateQueries");
    dispatch(alertFrame({ past: true }), context);
    await Promise.resolve();
    expect(toasts).toEqual([]);
    expect(invalidated).toHaveBeenCalledWith({ queryKey: keys.alerts });
  });
});

it.each(["alert.raised", "alert.cleared"])("%s refetches the fleet", (type) => {
  const invalidated = vi.spyOn(context.queries, "invalidateQueries");
  dispatch(frame(type, anAlert({ hour_end: recent() })), context);
  expect(invalidated).toHaveBeenCalledWith({ queryKey: keys.fleet });
});

it("alerts.acknowledged refetches the list and the count", () => {
  const invalidated = vi.spyOn(context.queries, "invalidateQueries");
  dispatch(frame("alerts.acknowledged", { acknowledged_by: "u1", count: 412 }), context);
  expect(invalidated).toHaveBeenCalledWith({ queryKey: keys.alerts });
});

describe("consumption.updated", () => {
  it("updates the values of its meter only", () => {
    const other = aSummary({ device_id: "d2" });
    context.queries.setQueryData(keys.summaryList, { items: [aSummary(), other] });
    context.queries.setQueryData(keys.summary("d1"), aSummary());
    dispatch(consumption(), context);
    const list = context.queries.getQueryData<Page<Summary>>(keys.summaryList);
    expect(list?.items[0]).toMatchObject({
      power_w: 720,
      today_kwh: 5.2,
      hour: { energy_kwh: 1.1 },
    });
    expect(list?.items[0]?.month_kwh).toBeCloseTo(40.2);
    expect(list?.items[1]).toEqual(other);
    expect(context.queries.getQueryData<Summary>(keys.summary("d1"))?.power_w).toBe(720);
  });

  it("of late readings leaves a silent meter silent", () => {
    context.queries.setQueryData(keys.summary("d1"), aSummary({ state: "silent", power_w: null }));
    dispatch(consumption({ state: "silent", power_w: null, last_power_w: 240 }), context);
    const summary = context.queries.getQueryData<Summary>(keys.summary("d1"));
    expect(summary).toMatchObject({ state: "silent", power_w: null, last_power_w: 240 });
  });

  it("of a new hour refetches the summaries", () => {
    context.queries.setQueryData(keys.summary("d1"), aSummary());
    const invalidated = vi.spyOn(context.queries, "invalidateQueries");
    dispatch(consumption(), context);
    expect(invalidated).not.toHaveBeenCalledWith({ queryKey: keys.summaries });
    const hour = { start: "2026-05-04T11:00:00Z", end: "2026-05-04T12:00:00Z", energy_kwh: 0.1 };
    dispatch(consumption({ hour }), context);
    expect(invalidated).toHaveBeenCalledWith({ queryKey: keys.summaries });
  });
});

describe("device.changed", () => {
  const changed = (change = {}) =>
    frame("device.changed", {
      device_id: "d9",
      owner_id: "u1",
      name: "Garage",
      deleted: false,
      lost: false,
      ...change,
    });

  it("shows the owner one toast for a new meter, none for a known one", () => {
    context.notifier.addKnownDevices(["d1"]);
    dispatch(changed({ device_id: "d1" }), context);
    dispatch(changed(), context);
    dispatch(changed(), context);
    expect(toasts.map((toast) => toast.message)).toEqual(["Garage is now assigned to you."]);
  });

  it("shows a toast when a meter is unassigned", () => {
    context.notifier.addKnownDevices(["d9"]);
    dispatch(changed({ owner_id: null, lost: true }), context);
    expect(toasts.map((toast) => toast.title)).toEqual(["Meter removed"]);
  });
});

it("session.revoked renews the session", () => {
  dispatch(frame("session.revoked", { reason: "signed_out" }), context);
  expect(context.renew).toHaveBeenCalledOnce();
});

it("an unknown frame type is ignored", () => {
  expect(() => dispatch(frame("weather.changed", {}), context)).not.toThrow();
});
