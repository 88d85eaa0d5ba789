import { expect, it } from "vitest";
import { aSummary } from "@/testing/factories";
import { msToNextChange } from "./nextChange";

const at = (time: string) => Date.parse(`2026-05-04T${time}Z`);

it("refetches when the hour ends or a meter falls silent, whichever is first", () => {
  const summaries = [aSummary(), aSummary({ silent_from: "2026-05-04T10:57:30Z" })];
  expect(msToNextChange(summaries, at("10:57:00"))).toBe(31_000);
  expect(msToNextChange(summaries, at("10:58:00"))).toBe(121_000);
});

it("refetches every five minutes at the latest", () => {
  expect(msToNextChange([aSummary()], at("10:10:00"))).toBe(300_000);
  expect(msToNextChange([aSummary({ silent_from: null })], at("12:00:00"))).toBe(300_000);
  expect(msToNextChange(undefined)).toBe(300_000);
});
