import { expect, it } from "vitest";
import type { Consumption, Resolution } from "@/api/types";
import { toCsv } from "@/components/csv";
import { consumptionFile } from "./consumptionFile";

const zone = "Europe/Bucharest";

function consumption(
  from: string,
  resolution: Resolution,
  points: Partial<Consumption["points"][number]>[],
): Consumption {
  const all = points.map((point) => ({ energy_kwh: 0.5, quality: "measured", ...point }));
  const device_id = "0192";
  const total_kwh = 1;
  return {
    device_id,
    time_zone: zone,
    resolution,
    from,
    to: from,
    total_kwh,
    points: all,
  } as Consumption;
}

it("names the file by the local date of the meter", () => {
  const { name } = consumptionFile("Flat 12", consumption("2026-10-24T21:00:00Z", "hour", []));
  expect(name).toBe("Flat 12 2026-10-25 hour.csv");
});

it("writes local times with their offset, which tell the repeated hours apart", () => {
  const file = consumptionFile(
    "Flat 12",
    consumption("2026-10-24T21:00:00Z", "hour", [
      { start: "2026-10-25T00:00:00Z", end: "2026-10-25T01:00:00Z", limit_kwh: 1.5 },
      { start: "2026-10-25T01:00:00Z", end: "2026-10-25T02:00:00Z", energy_kwh: 0.0000004 },
      { start: "2026-10-25T02:00:00Z", end: "2026-10-25T03:00:00Z", energy_kwh: 1234.5 },
    ]),
  );
  expect(toCsv(file.header, file.rows).split("\r\n")).toEqual([
    "start,end,energy_kwh,limit_kwh,quality",
    "2026-10-25T03:00:00+03:00,2026-10-25T03:00:00+02:00,0.500000,1.500000,measured",
    "2026-10-25T03:00:00+02:00,2026-10-25T04:00:00+02:00,0.000000,,measured",
    "2026-10-25T04:00:00+02:00,2026-10-25T05:00:00+02:00,1234.500000,,measured",
  ]);
});

it("leaves the energy empty where nothing was measured", () => {
  const { rows } = consumptionFile(
    "Flat 12",
    consumption("2026-10-24T21:00:00Z", "hour", [
      {
        start: "2026-10-25T00:00:00Z",
        end: "2026-10-25T01:00:00Z",
        energy_kwh: 0,
        quality: "missing",
      },
    ]),
  );
  expect(rows[0]?.slice(2)).toEqual([null, null, "missing"]);
});
