import { describe, expect, it } from "vitest";
import { formatFor } from "./format";

const ro = formatFor("ro");
const en = formatFor("en");
const plain = (text: string) => text.replace(/\u00a0|\u202f/g, " ");

describe("numbers", () => {
  it("follow the language and carry the unit", () => {
    expect(ro.kwh(1234.5)).toBe("1.234,5 kWh");
    expect(en.kwh(1234.5)).toBe("1,234.5 kWh");
  });

  it("have two decimals in columns", () => {
    expect(ro.kwhExact(2)).toBe("2,00 kWh");
  });

  it("show power in kilowatts from 1000 W", () => {
    expect(en.watts(999)).toBe("999 W");
    expect(en.watts(1234)).toBe("1.23 kW");
  });
});

describe("times", () => {
  const at = "2026-03-29T00:30:00Z";

  it("are shown in the meter's time zone", () => {
    expect(en.time(at, "Europe/Bucharest")).toBe("02:30");
    expect(en.time("2026-03-29T01:30:00Z", "Europe/Bucharest")).toBe("04:30");
  });

  it("have the day first", () => {
    expect(en.date(at, "UTC")).toBe("29 Mar 2026");
    expect(plain(ro.date(at, "UTC"))).toBe("29 mar. 2026");
  });

  it("have a date unless they are of today", () => {
    const now = new Date();
    expect(en.timeOrDate(now, "UTC")).toBe(en.time(now, "UTC"));
    expect(en.timeOrDate(at, "UTC")).toBe("29 Mar 2026, 00:30");
  });

  it("are relative in the largest whole unit", () => {
    const now = Date.parse(at);
    expect(en.relative(now - 12_000, now)).toContain("12");
    expect(en.relative(now - 3 * 3_600_000, now)).toMatch(/^3 ?h/);
  });
});
