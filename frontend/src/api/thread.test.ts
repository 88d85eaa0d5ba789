import { describe, expect, it } from "vitest";
import { aMessage } from "@/testing/facts";
import { hasHole, joined, merged, type Thread } from "./thread";

const seqs = (messages: { seq: number }[]) => messages.map(({ seq }) => seq);

describe("messages of a conversation", () => {
  it("stand in order and once, whatever order and however often they come", () => {
    const held = merged([aMessage(1), aMessage(2)], [aMessage(5), aMessage(3)]);
    expect(seqs(merged(held, [aMessage(3), aMessage(4)]))).toEqual([1, 2, 3, 4, 5]);
  });

  it("keep the newest form of an edited one", () => {
    const edited = aMessage(1, { text: "b", edited_at: "2026-05-04T10:05:00Z" });
    expect(merged([edited], [aMessage(1, { text: "a" })])[0]?.text).toBe("b");
    expect(merged([aMessage(1, { text: "a" })], [edited])[0]?.text).toBe("b");
  });

  it("never show a deleted one again", () => {
    const deleted = aMessage(1, { text: "", deleted_at: "2026-05-04T10:01:00Z" });
    const edited = aMessage(1, { text: "b", edited_at: "2026-05-04T10:05:00Z" });
    expect(merged([deleted], [edited])[0]?.text).toBe("");
  });
});

describe("a thread knows as far as where none is missing", () => {
  const whole: Thread = { messages: [aMessage(1), aMessage(2)], older: false, upTo: 2 };

  it("while messages come one after the other, and when a hole is closed", () => {
    const holed = joined(joined(whole, [aMessage(3)]), [aMessage(6), aMessage(5)]);
    expect([holed.upTo, hasHole(holed)]).toEqual([3, true]);
    const closed = joined(holed, [aMessage(4)]);
    expect([closed.upTo, hasHole(closed)]).toEqual([6, false]);
  });

  it("when one comes twice", () => {
    expect(joined(whole, [aMessage(1), aMessage(2)]).upTo).toBe(2);
  });
});
