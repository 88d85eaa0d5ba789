import { describe, expect, it } from "vitest";
import { aDevice } from "@/testing/factories";
import { outcomeOf, quarterHourStart } from "./ownership";

const at = (time: string) => Date.parse(`2026-05-04T${time}Z`);
const since = "2026-05-04T10:00:00Z";

describe("what a change of the owner does", () => {
  it("begins at the start of the quarter hour", () => {
    expect(quarterHourStart(at("10:14:59.999"))).toBe(at("10:00:00"));
    expect(outcomeOf(aDevice({ owner_id: "u1" }), "u2", at("10:29:00")).from).toBe(at("10:15:00"));
  });

  it("shows the first owner everything and the next owner the time from then on", () => {
    expect(outcomeOf(aDevice(), "u1", at("12:00:00")).effect).toBe("first");
    expect(outcomeOf(aDevice({ owner_id: "u1" }), "u2", at("12:00:00"))).toEqual({
      effect: "next",
      from: at("12:00:00"),
      replaces: false,
    });
  });

  it("gives the time without an owner to the next owner", () => {
    expect(outcomeOf(aDevice({ owner_since: since }), "u2", at("12:00:00"))).toEqual({
      effect: "nextAfterPause",
      from: at("10:00:00"),
      replaces: false,
    });
  });

  it("replaces the owners recorded since then", () => {
    const owned = aDevice({ owner_id: "u1", owner_since: since });
    expect(outcomeOf(owned, "u2", at("10:00:00")).replaces).toBe(true);
    expect(outcomeOf(owned, "u2", at("10:15:00")).replaces).toBe(false);
    expect(outcomeOf(owned, null, at("09:00:00"))).toMatchObject({
      effect: "removed",
      replaces: true,
    });
  });

  it("is nothing for the same owner, unless it begins earlier", () => {
    const owned = aDevice({ owner_id: "u1", owner_since: since });
    expect(outcomeOf(owned, "u1", at("12:00:00")).effect).toBe("unchanged");
    expect(outcomeOf(owned, "u1", at("10:05:00")).effect).toBe("unchanged");
    expect(outcomeOf(owned, "u1", at("09:50:00")).effect).toBe("extended");
    expect(outcomeOf(aDevice(), null, at("09:50:00")).effect).toBe("unchanged");
  });
});
