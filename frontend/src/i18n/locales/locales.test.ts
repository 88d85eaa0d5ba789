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
const withoutPluralForms = (texts: [string, string][]) =>
  [...new Set(texts.map(([key]) => key.replace(plural, "")))].sort();
const english = flat({ ...en, chat: enChat });
const romanian = flat({ ...ro, chat: roChat });
const placeholders = (text: string) => (text.match(/{{\w+}}/g) ?? []).sort();

describe("Romanian", () => {
  it("has every English key", () => {
    expect(withoutPluralForms(romanian)).toEqual(withoutPluralForms(english));
  });

  it("has all three plural forms", () => {
    const counted = new Set(
      romanian.filter(([key]) => plural.test(key)).map(([key]) => key.replace(plural, "")),
    );
    const keys = new Set(romanian.map(([key]) => key));
    for (const key of counted) {
      for (const form of ["one", "few", "other"]) expect(keys).toContain(`${key}_${form}`);
    }
  });

  it("has the same placeholders", () => {
    const texts = new Map(english);
    for (const [key, text] of romanian) {
      if (plural.test(key)) continue;
      expect([key, placeholders(text)]).toEqual([key, placeholders(texts.get(key) ?? "")]);
    }
  });

  it("is written with comma below, not cedilla", () => {
    expect(romanian.filter(([, text]) => /[şţŞŢ]/.test(text))).toEqual([]);
  });
});
