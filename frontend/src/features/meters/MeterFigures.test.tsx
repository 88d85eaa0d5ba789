import { screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { aSummary } from "@/testing/factories";
import { show } from "@/testing/show";
import { MeterFigures } from "./MeterFigures";
import { totals } from "./totals";

const silent = aSummary({
  state: "silent",
  last_reading_at: "2026-05-04T09:20:00Z",
  power_w: null,
  last_power_w: 240,
});

describe("the power of a meter", () => {
  it("is that of now while it sends readings", async () => {
    await show(<MeterFigures summary={aSummary()} />);
    expect(screen.getByText("Power now")).toBeVisible();
    expect(screen.getByText("600 W")).toBeVisible();
  });

  it("is the last one with its time when it is silent, never now", async () => {
    await show(<MeterFigures summary={silent} />);
    expect(screen.queryByText("Power now")).toBeNull();
    expect(screen.getByText("240 W")).toBeVisible();
    expect(screen.getByText("at 4 May 2026, 12:20")).toBeVisible();
  });

  it("is unknown when a silent meter has no last power", async () => {
    await show(<MeterFigures summary={{ ...silent, last_power_w: null }} />);
    expect(screen.getAllByText("no data since 4 May 2026, 12:20")).toHaveLength(2);
  });
});

describe("the hour of several meters", () => {
  it("sums the meters with data of it, and counts the others", () => {
    expect(totals([aSummary(), silent])).toMatchObject({ hour: 0.9, limit: 1.2, silent: 1 });
    expect(totals([silent])).toMatchObject({ hour: null, limit: null, silent: 1 });
  });
});
