import { describe, expect, it } from "vitest";
import { addToDate, dayIn, hourIn, instantOf, localTime, startOfDay } from "./zone";

const HOUR = 3_600_000;
const zone = "Europe/Bucharest";
const length = (day: string, where = zone) =>
  (startOfDay(addToDate(day, { days: 1 }), where).getTime() - startOfDay(day, where).getTime()) /
  HOUR;

describe("a meter's day", () => {
  it("begins at midnight in the meter's zone", () => {
    expect(startOfDay("2026-01-15", zone).toISOString()).toBe("2026-01-14T22:00:00.000Z");
    expect(startOfDay("2026-07-15", zone).toISOString()).toBe("2026-07-14T21:00:00.000Z");
  });

  it("has 23 hours when the clock goes forward and 25 when it goes back", () => {
    expect(length("2026-03-29")).toBe(23);
    expect(length("2026-10-25")).toBe(25);
    expect(length("2026-06-01")).toBe(24);
  });

  it("works in half-hour zones", () => {
    expect(startOfDay("2026-01-15", "Asia/Kolkata").toISOString()).toBe("2026-01-14T18:30:00.000Z");
  });

  it("is computed from an instant", () => {
    expect(dayIn(zone, "2026-01-14T22:30:00Z")).toBe("2026-01-15");
    expect(hourIn(zone, "2026-01-14T22:30:00Z")).toBe(0);
  });
});

describe("adding months", () => {
  it("ends on the last day of a shorter month", () => {
    expect(addToDate("2026-01-31", { months: 1 })).toBe("2026-02-28");
    expect(addToDate("2026-03-01", { months: -12 })).toBe("2025-03-01");
  });
});

it("the instant of a local time follows the clock of the zone", () => {
  expect(instantOf("2026-03-29T02:45:00", zone).toISOString()).toBe("2026-03-29T00:45:00.000Z");
  expect(instantOf("2026-03-29T04:00:00", zone).toISOString()).toBe("2026-03-29T01:00:00.000Z");
  expect(instantOf("2026-01-15T10:15:00", "Asia/Kathmandu").toISOString()).toBe(
    "2026-01-15T04:30:00.000Z",
  );
});

it("the local time of an instant names its offset", () => {
  const at = "2026-10-25T00:30:00Z";
  expect(localTime(at, zone)).toBe("2026-10-25T03:30:00+03:00");
  expect(localTime("2026-10-25T01:30:00Z", zone)).toBe("2026-10-25T03:30:00+02:00");
  expect(localTime(at, "America/St_Johns")).toBe("2026-10-24T22:00:00-02:30");
  expect(localTime(at, "UTC")).toBe("2026-10-25T00:30:00+00:00");
});
