import { describe, expect, it } from "vitest";
import { aMessage } from "@/testing/factories";
import { rowsOf } from "./rows";

const dayOf = (at: string) => at.slice(0, 10);
const kinds = (rows: { kind: string }[]) => rows.map(({ kind }) => kind);

describe("the rows of a thread", () => {
  it("start each day with a heading", () => {
    const next = aMessage(2, { created_at: "2026-05-05T08:00:00Z" });
    const rows = rowsOf([aMessage(1), next], { readUpTo: null, me: "u1", dayOf });
    expect(kinds(rows)).toEqual(["day", "message", "day", "message"]);
  });

  it("have one divider, above the first unread message of another author", () => {
    const mine = aMessage(2, { author: { kind: "person", id: "u1", name: "Ana", role: "client" } });
    const rows = rowsOf([aMessage(1), mine, aMessage(3), aMessage(4)], {
      readUpTo: 1,
      me: "u1",
      dayOf,
    });
    expect(kinds(rows)).toEqual(["day", "message", "message", "divider", "message", "message"]);
  });

  it("group the messages of one author that are close together", () => {
    const later = aMessage(3, { created_at: "2026-05-04T10:30:00Z" });
    const rows = rowsOf([aMessage(1), aMessage(2), later], { readUpTo: null, me: "u1", dayOf });
    const firsts = rows.flatMap((row) => (row.kind === "message" ? [row.first] : []));
    expect(firsts).toEqual([true, false, true]);
  });
});
