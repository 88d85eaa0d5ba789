import { describe, expect, it } from "vitest";
import { formatFor } from "@/i18n/format";
import { comparedWindow, shiftDate, windowOf } from "./period";
import { periodName } from "./slotNames";
import { slotsOf } from "./slots";

const zone = "Europe/Bucharest";
const now = Date.parse("2026-03-29T10:20:00Z");
const HOUR = 3_600_000;
const hours = ({ from = "", to = "" }) => (Date.parse(to) - Date.parse(from)) / HOUR;

describe("the window of a period", () => {
  it("of a day is the meter's local day, 23 hours when clocks go forward", () => {
    const day = windowOf("day", "2026-03-29", zone, now);
    expect(day).toMatchObject({
      from: "2026-03-28T22:00:00.000Z",
      to: "2026-03-29T21:00:00.000Z",
      resolution: "hour",
      running: true,
    });
    expect(hours(day)).toBe(23);
  });

  it("of a week begins on Monday and has seven local days", () => {
    expect(windowOf("week", "2026-03-29", zone, now)).toMatchObject({
      from: "2026-03-22T22:00:00.000Z",
      to: "2026-03-29T21:00:00.000Z",
      resolution: "day",
    });
    expect(windowOf("week", "2026-03-23", zone, now).from).toBe("2026-03-22T22:00:00.000Z");
  });

  it("of a past period is not running", () => {
    expect(windowOf("month", "2026-02-10", zone, now).running).toBe(false);
  });

  it("of 24 hours starts on a full hour", () => {
    expect(windowOf("day24", "", zone, now).from).toBe("2026-03-28T11:00:00.000Z");
  });

  it("of all time has no start", () => {
    expect(windowOf("all", "", zone, now)).toEqual({ resolution: "auto", running: true });
  });
});

describe("a comparison", () => {
  it("with the same weekday is seven days earlier", () => {
    const other = comparedWindow("weekday", "day", "2026-03-29", zone, now);
    expect(other.from).toBe("2026-03-21T22:00:00.000Z");
    expect(hours(other)).toBe(24);
  });

  it("with last year keeps the month", () => {
    const other = comparedWindow("lastYear", "month", "2026-03-29", zone, now);
    expect(other.from).toBe("2025-02-28T22:00:00.000Z");
  });
});

it("shifting moves by whole periods", () => {
  expect(shiftDate("day", "2026-03-01", -1)).toBe("2026-02-28");
  expect(shiftDate("week", "2026-03-29", 1)).toBe("2026-03-30");
  expect(shiftDate("week", "2026-03-29", -1)).toBe("2026-03-16");
  expect(shiftDate("month", "2026-03-31", -1)).toBe("2026-02-01");
  expect(shiftDate("year", "2026-03-31", 1)).toBe("2027-01-01");
});

it("the name of a period names all of it", () => {
  const names = (["day", "week", "month", "year"] as const).map((period) =>
    periodName(period, "2026-03-29", formatFor("en")),
  );
  expect(names).toEqual(["29 Mar 2026", "23 Mar – 29 Mar 2026", "March 2026", "2026"]);
});

describe("the slots of the axis", () => {
  it("cover the whole day, including its future hours", () => {
    const day = windowOf("day", "2026-03-29", zone, now);
    expect(slotsOf([], day, zone)).toHaveLength(23);
  });

  it("are the days of the month and the months of the year", () => {
    expect(slotsOf([], windowOf("month", "2026-03-01", zone, now), zone)).toHaveLength(31);
    expect(slotsOf([], windowOf("year", "2026-03-01", zone, now), zone)).toHaveLength(12);
  });

  it("are the weeks of a period", () => {
    const weeks = { ...windowOf("month", "2026-06-01", zone, now), resolution: "week" } as const;
    expect(slotsOf([], weeks, zone)).toHaveLength(5);
  });

  it("end now when the server chooses the resolution", () => {
    expect(slotsOf([], windowOf("all", "", zone, now), zone)).toEqual([]);
  });
});
