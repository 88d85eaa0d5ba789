import { describe, expect, it } from "vitest";
import { comparedWindow, moved, windowOf } from "./period";
import { slotsOf } from "./slots";

const zone = "Europe/Bucharest";
const now = Date.parse("2026-03-29T10:20:00Z");
const HOUR = 3_600_000;
const hours = ({ from = "", to = "" }) => (Date.parse(to) - Date.parse(from)) / HOUR;

describe("the window of a period", () => {
  it("of a day is the meter's day, 23 hours long when the clock goes forward", () => {
    const day = windowOf("day", "2026-03-29", zone, now);
    expect(day).toMatchObject({
      from: "2026-03-28T22:00:00.000Z",
      to: "2026-03-29T21:00:00.000Z",
      resolution: "hour",
      running: true,
    });
    expect(hours(day)).toBe(23);
  });

  it("that is over does not run", () => {
    expect(windowOf("month", "2026-02-10", zone, now).running).toBe(false);
  });

  it("of 24 hours begins on a whole hour and ends with the running one", () => {
    expect(windowOf("day24", "", zone, now).from).toBe("2026-03-28T11:00:00.000Z");
  });

  it("of everything has no beginning", () => {
    expect(windowOf("all", "", zone, now)).toEqual({ resolution: "day", running: true });
  });
});

describe("a comparison", () => {
  it("with the same weekday goes seven days back", () => {
    const other = comparedWindow("weekday", "day", "2026-03-29", zone, now);
    expect(other.from).toBe("2026-03-21T22:00:00.000Z");
    expect(hours(other)).toBe(24);
  });

  it("with the year before keeps the month", () => {
    const other = comparedWindow("lastYear", "month", "2026-03-29", zone, now);
    expect(other.from).toBe("2025-02-28T22:00:00.000Z");
  });
});

it("arrows move by whole periods", () => {
  expect(moved("day", "2026-03-01", -1)).toBe("2026-02-28");
  expect(moved("month", "2026-03-31", -1)).toBe("2026-02-01");
  expect(moved("year", "2026-03-31", 1)).toBe("2027-01-01");
});

describe("the places on the axis", () => {
  it("are those of the whole day, though it is not over", () => {
    const day = windowOf("day", "2026-03-29", zone, now);
    expect(slotsOf([], day, zone)).toHaveLength(23);
  });

  it("are the days of the month and the months of the year", () => {
    expect(slotsOf([], windowOf("month", "2026-03-01", zone, now), zone)).toHaveLength(31);
    expect(slotsOf([], windowOf("year", "2026-03-01", zone, now), zone)).toHaveLength(12);
  });
});
