import { describe, expect, it } from "vitest";
import type { RejectedGroup } from "@/api/types";
import { formatPayload } from "./formatPayload";
import { groupsOnPage } from "./groupsOnPage";

const group = (code: RejectedGroup["code"], count = 3): RejectedGroup => ({
  code,
  count,
  times: count,
  latest_at: "2026-11-22T10:00:00Z",
});

describe("the groups on the page", () => {
  it("keep their order after a decision, even when empty", () => {
    const shown = [group("unknown_device"), group("too_large"), group("not_finite")];
    const pending = [group("not_finite", 9), group("unknown_device")];
    expect(
      groupsOnPage(pending, shown, ["too_large"]).map(({ code, count }) => [code, count]),
    ).toEqual([
      ["unknown_device", 3],
      ["too_large", 0],
      ["not_finite", 9],
    ]);
  });

  it("disappear when emptied elsewhere, and new ones are appended", () => {
    const shown = [group("unknown_device"), group("too_large")];
    const pending = [group("wrong_type"), group("too_large")];
    expect(groupsOnPage(pending, shown, []).map(({ code }) => code)).toEqual([
      "too_large",
      "wrong_type",
    ]);
  });
});

describe("a payload", () => {
  it("shows text unchanged and short JSON on one line", () => {
    expect(formatPayload("not { json")).toBe("not { json");
    expect(formatPayload({ a: 1 })).toBe('{"a":1}');
    expect(formatPayload({ a: "x".repeat(200) })).toContain("\n");
  });
});
