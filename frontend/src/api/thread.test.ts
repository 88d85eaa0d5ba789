import { describe, expect, it } from "vitest";
import { aMessage } from "@/testing/factories";
import { addMessages, hasGap, mergeMessages, type Thread } from "./thread";

const seqs = (messages: { seq: number }[]) => messages.map(({ seq }) => seq);

describe("merged messages", () => {
  it("are sorted and unique, in whatever order and however often they arrive", () => {
    const cached = mergeMessages([aMessage(1), aMessage(2)], [aMessage(5), aMessage(3)]);
    expect(seqs(mergeMessages(cached, [aMessage(3), aMessage(4)]))).toEqual([1, 2, 3, 4, 5]);
  });

  it("keep the newest version of an edited message", () => {
    const edited = aMessage(1, { text: "b", edited_at: "2026-05-04T10:05:00Z" });
    expect(mergeMessages([edited], [aMessage(1, { text: "a" })])[0]?.text).toBe("b");
    expect(mergeMessages([aMessage(1, { text: "a" })], [edited])[0]?.text).toBe("b");
  });

  it("never bring a deleted message back", () => {
    const deleted = aMessage(1, { text: "", deleted_at: "2026-05-04T10:01:00Z" });
    const edited = aMessage(1, { text: "b", edited_at: "2026-05-04T10:05:00Z" });
    expect(mergeMessages([deleted], [edited])[0]?.text).toBe("");
  });
});

describe("a thread is complete", () => {
  const whole: Thread = { messages: [aMessage(1), aMessage(2)], hasOlder: false, completeTo: 2 };

  it("up to the first gap, and beyond it once it is closed", () => {
    const gapped = addMessages(addMessages(whole, [aMessage(3)]), [aMessage(6), aMessage(5)]);
    expect([gapped.completeTo, hasGap(gapped)]).toEqual([3, true]);
    const closed = addMessages(gapped, [aMessage(4)]);
    expect([closed.completeTo, hasGap(closed)]).toEqual([6, false]);
  });

  it("as far as before when a message arrives twice", () => {
    expect(addMessages(whole, [aMessage(1), aMessage(2)]).completeTo).toBe(2);
  });
});
