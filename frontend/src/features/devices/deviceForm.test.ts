import { describe, expect, it } from "vitest";
import { aDevice } from "@/testing/factories";
import { amountProblem, isInterval, newDevice, toCreate, toUpdate, valuesOf } from "./deviceForm";

const device = aDevice({
  address: "Str. Lungă 4",
  max_power_kw: 17.25,
  channels: aDevice().channels.map((channel) => ({
    ...channel,
    stamp: "end",
    interval_minutes: 60,
  })),
});

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

  it("never sends the unit nor the owner of a known meter", () => {
    const owned = { ...device, owner_id: "0192f0c4-0000-7000-8000-000000000001" };
    const values = { ...valuesOf(owned), owner_id: null, unit: "Wh" as const, address: "" };
    expect(toUpdate(values, owned)).toEqual({ address: null });
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
