import { describe, expect, it } from "vitest";
import en from "./en";
import enChat from "./en/chat";
import ro from "./ro";
import roChat from "./ro/chat";

type Tree = { [key: string]: string | Tree };

function flat(tree: Tree, prefix = ""): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]): [string, string][] =>
    typeof value === "string" ? [[prefix + key, value]] : flat(value, `${prefix}${key}.`),
  );
}

const plural = /_(one|few|other)$/;
const bare = (words: [string, string][]) =>
  [...new Set(words.map(([key]) => key.replace(plural, "")))].sort();
const english = flat({ ...en, chat: enChat });
const romanian = flat({ ...ro, chat: roChat });
const placeholders = (text: string) => (text.match(/{{\w+}}/g) ?? []).sort();

describe("Romanian", () => {
  it("says everything English says", () => {
    expect(bare(romanian)).toEqual(bare(english));
  });

  it("has the three plural forms wherever it counts", () => {
    const counted = new Set(
      romanian.filter(([key]) => plural.test(key)).map(([key]) => key.replace(plural, "")),
    );
    const keys = new Set(romanian.map(([key]) => key));
    for (const key of counted) {
      for (const form of ["one", "few", "other"]) expect(keys).toContain(`${key}_${form}`);
    }
  });

  it("fills in the same values", () => {
    const known = new Map(english);
    for (const [key, text] of romanian) {
      if (plural.test(key)) continue;
      expect([key, placeholders(text)]).toEqual([key, placeholders(known.get(key) ?? "")]);
    }
  });

  it("is written with comma below, not cedilla", () => {
    expect(romanian.filter(([, text]) => /[şţŞŢ]/.test(text))).toEqual([]);
  });
});
