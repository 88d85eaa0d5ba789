import { act, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { chooseLanguage } from "@/i18n";
import { aSummary } from "@/testing/factories";
import { show } from "@/testing/show";
import { currentHour } from "./currentHour";
import { HourBar } from "./HourBar";

const before = { state: "silent", last_reading_at: "2026-05-04T09:20:00Z" } as const;
const within = { state: "silent", last_reading_at: "2026-05-04T10:20:00Z" } as const;

describe("the running hour of a silent meter", () => {
  it("is only what it sent of this hour", () => {
    expect(currentHour(aSummary(before)).energy).toBeNull();
    expect(currentHour(aSummary(within)).energy).toBe(0.9);
    expect(currentHour(aSummary()).noDataSince).toBeNull();
  });

  it("has the time of the last reading, and is never near the limit", async () => {
    await show(<HourBar label="This hour" summary={aSummary({ ...within, limit_kwh: 1 })} />);
    const bar = screen.getByRole("meter", { name: "This hour" });
    expect(bar).toHaveAttribute(
      "aria-valuetext",
      "0.9 kWh of 1 kWh, no data since 4 May 2026, 13:20",
    );
    expect(screen.queryByText("near the limit")).toBeNull();
  });

  it("without data of the hour states no energy, in Romanian too", async () => {
    await show(<HourBar label="Ora" summary={aSummary(before)} />);
    const bar = screen.getByRole("meter", { name: "Ora" });
    expect(bar).toHaveAttribute("aria-valuetext", "no data since 4 May 2026, 12:20");
    await act(() => chooseLanguage("ro", false));
    expect(bar).toHaveAttribute("aria-valuetext", "fără date de la 4 mai 2026, 12:20");
    await act(() => chooseLanguage("en", false));
  });
});
