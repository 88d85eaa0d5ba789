import i18next from "i18next";
import { beforeAll, expect, it } from "vitest";
import type { Message } from "@/api/types";
import { withNamespace } from "@/i18n/index";
import { aMessage } from "@/testing/factories";
import type { Names } from "./names";
import { systemLine } from "./systemLine";

beforeAll(() => withNamespace("chat", Promise.resolve()));

const ioana = { id: "o1", name: "Ioana" };
const radu = { id: "o2", name: "Radu" };
const of: Names["of"] = (person) => person?.name ?? "Someone";

function line(event: Partial<NonNullable<Message["event"]>>, me: string): string {
  const whole = { kind: "claimed" as const, actor: null, to: null, reason: null, ...event };
  const names: Names = { me, of, author: () => "", title: "", many: true };
  const t = i18next.getFixedT("en", "chat");
  return systemLine(t, aMessage(1, { event: whole }), names);
}

it.each([
  [{ kind: "claimed" as const, actor: ioana }, "You took over", "Ioana took over"],
  [{ kind: "resolved" as const, actor: ioana }, "You marked", "Ioana marked"],
  [{ kind: "released" as const, actor: ioana }, "You returned", "Ioana returned"],
  [{ kind: "assigned" as const, actor: ioana, to: radu }, "You assigned", "Ioana assigned"],
])('%o says "you" to the operator who did it', (event, mine, others) => {
  expect(line(event, "o1")).toMatch(mine);
  expect(line(event, "u1")).toMatch(others);
});

it('an assignment says "you" to the operator who gets the conversation', () => {
  const handed = { kind: "assigned" as const, actor: ioana, to: radu };
  expect(line(handed, "o2")).toBe("Ioana assigned the conversation to you.");
  const selfAssigned = { kind: "assigned" as const, actor: radu, to: radu };
  expect(line(selfAssigned, "o2")).toBe("You took over the conversation.");
  expect(line(selfAssigned, "o1")).toBe("Radu took over the conversation.");
});

it.each([
  ["asked", "The assistant handed the conversation over to a person."],
  ["unchecked_number", "The assistant was not sure of the answer and asked for a person."],
  ["something of tomorrow", "The assistant could not answer and asked for a person."],
])("the assistant's hand-over names its reason: %s", (reason, text) => {
  expect(line({ kind: "handed_over", reason }, "u1")).toBe(text);
});
