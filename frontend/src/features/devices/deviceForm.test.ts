import { describe, expect, it } from "vitest";
import type { Device } from "@/api/types";
import { limitProblem, newDevice, toCreate, toUpdate, valuesOf } from "./deviceForm";

const device: Device = {
  id: "0192f0c4-0000-7000-8000-000000000002",
  name: "Flat 12",
  description: null,
  address: "Str. Lungă 4",
  max_hourly_consumption_kwh: 2.5,
  owner_id: null,
  owner: null,
  kind: "interval",
  unit: "Wh",
  time_zone: "Europe/Bucharest",
  created_at: "2026-11-01T10:00:00Z",
  updated_at: "2026-11-01T10:00:00Z",
};

describe("the device form", () => {
  it("sends the limit as a number", () => {
    const values = { ...newDevice("Europe/Bucharest"), name: " Hall ", unit: "MWh" as const };
    expect(toCreate({ ...values, max_hourly_consumption_kwh: "0.5" })).toEqual({
      name: "Hall",
      description: null,
      address: null,
      owner_id: null,
      max_hourly_consumption_kwh: 0.5,
      kind: "interval",
      unit: "MWh",
      time_zone: "Europe/Bucharest",
    });
  });

  it("sends nothing when nothing was changed", () => {
    expect(toUpdate(valuesOf(device), device)).toEqual({});
  });

  it("removes the owner with null and never sends the unit", () => {
    const owned = { ...device, owner_id: "0192f0c4-0000-7000-8000-000000000001" };
    const values = { ...valuesOf(owned), owner_id: null, unit: "kWh" as const, address: "" };
    expect(toUpdate(values, owned)).toEqual({ owner_id: null, address: null });
  });

  it("requires a limit above zero", () => {
    expect(limitProblem("")).toBe("limit");
    expect(limitProblem(0)).toBe("limit");
    expect(limitProblem("-")).toBe("limit");
    expect(limitProblem(2_000_000)).toBe("limitTooLarge");
    expect(limitProblem("0.001")).toBeNull();
  });
});
