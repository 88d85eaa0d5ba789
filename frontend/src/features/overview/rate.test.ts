import { expect, it } from "vitest";
import { rateOf } from "./rate";

const minute = "2026-11-22T10:00:00Z";

it("the current rate is that of the last full minute", () => {
  const counts = [4, 60, 58, 3].map((count) => ({ minute, count }));
  expect(rateOf(counts)).toEqual({ values: [4, 60, 58, 3], last: 58, most: 60 });
  expect(rateOf([])).toEqual({ values: [], last: 0, most: 0 });
});
