import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import type { Quality } from "@/api/types";
import { show } from "@/testing/show";
import { QualityLegend } from "./QualityLegend";
import { qualities } from "./quality";

const slot = (quality: string) => ({
  start: "2026-05-04T08:00:00Z",
  end: "2026-05-04T09:00:00Z",
  point: {
    start: "2026-05-04T08:00:00Z",
    end: "2026-05-04T09:00:00Z",
    energy_kwh: 1,
    quality: quality as Quality,
  },
});

it("the legend has a word and a number for each quality of the chart", async () => {
  await show(<QualityLegend slots={[...qualities, "missing"].map(slot)} />);
  const words = screen.getAllByRole("listitem").map((item) => item.textContent);
  expect(words).toEqual([
    "measured: 1",
    "corrected: 1",
    "partial: 1",
    "estimated: 1",
    "suspicious: 1",
    "no data: 2",
  ]);
});

it("a chart of measured values only needs no legend", async () => {
  await show(<QualityLegend slots={[slot("measured")]} />);
  expect(screen.queryByRole("list")).toBeNull();
});
