import { describe, expect, it } from "vitest";
import type { Device } from "@/api/types";
import { amountProblem, isInterval, newDevice, toCreate, toUpdate, valuesOf } from "./deviceForm";

const device: Device = {
  id: "0192f0c4-0000-7000-8000-000000000002",
  name: "Flat 12",
  description: null,
  address: "Str. Lungă 4",
  max_hourly_consumption_kwh: 2.5,
  limit_since: null,
  max_power_kw: 17.25,
  owner_id: null,
  owner: null,
  owner_since: null,
  kind: "interval",
  unit: "Wh",
  channels: [
    {
      name: "import",
      quantity: "import",
      kind: "interval",
      unit: "Wh",
      stamp: "end",
      interval_minutes: 60,
    },
  ],
  time_zone: "Europe/Bucharest",
  created_at: "2026-11-01T10:00:00Z",
  updated_at: "2026-11-01T10:00:00Z",
};

describe("the device form", () => {
  it("sends numbers as numbers and an empty interval as not stated", () => {
    const values = { ...newDevice("Europe/Bucharest"), name: " Hall ", unit: "MWh" as const };
    expect(toCreate({ ...values, max_hourly_consumption_kwh: "0.5", max_power_kw: "11" })).toEqual({
      name: "Hall",
      description: null,
      address: null,
      owner_id: null,
      max_hourly_consumption_kwh: 0.5,
      max_power_kw: 11,
      kind: "interval",
      unit: "MWh",
      stamp: "start",
      interval_minutes: null,
      time_zone: "Europe/Bucharest",
    });
  });

  it("sends nothing when nothing was changed", () => {
    expect(toUpdate(valuesOf(device), device)).toEqual({});
  });

  it("sends only what was changed of how the meter counts", () => {
    const values = { ...valuesOf(device), interval_minutes: "", max_power_kw: 20 };
    expect(toUpdate(values, device)).toEqual({ interval_minutes: null, max_power_kw: 20 });
    expect(toUpdate({ ...valuesOf(device), stamp: "start" }, device)).toEqual({ stamp: "start" });
  });

  it("removes the owner with null and never sends the unit", () => {
    const owned = { ...device, owner_id: "0192f0c4-0000-7000-8000-000000000001" };
    const values = { ...valuesOf(owned), owner_id: null, unit: "kWh" as const, address: "" };
    expect(toUpdate(values, owned)).toEqual({ owner_id: null, address: null });
  });

  it("requires a limit and a power above zero", () => {
    expect(amountProblem("", 100)).toBe("amount");
    expect(amountProblem(0, 100)).toBe("amount");
    expect(amountProblem("-", 100)).toBe("amount");
    expect(amountProblem(100.1, 100)).toBe("tooLarge");
    expect(amountProblem("0.001", 100)).toBeNull();
  });

  it("accepts whole minutes of at most a day as an interval, or none", () => {
    expect(["", 1, "60", 1440].map(isInterval)).toEqual([true, true, true, true]);
    expect([0, 1441, 7.5, "-"].map(isInterval)).toEqual([false, false, false, false]);
  });
});
