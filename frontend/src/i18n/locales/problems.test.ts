import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import en from "./en/problems";

const services = globSync("../src/contor/**/*.py").map((path) => readFileSync(path, "utf8"));
const found = (pattern: RegExp) => [
  ...new Set(services.flatMap((text) => [...text.matchAll(pattern)].map((match) => match[1]))),
];

describe("every problem code of the services has a text", () => {
  it("as a problem", () => {
    const codes = found(/^ {4}code(?:: ClassVar\[str\])? = "(\w+)"/gm);
    expect(codes).toContain("unavailable");
    expect(codes.filter((code) => !Object.hasOwn(en, code ?? ""))).toEqual([]);
  });

  it("as a field error", () => {
    const codes = found(/(?:PydanticCustomError\(\s*|Invalid\("\w+", "[^"]+", )"(\w+)"/g);
    expect(codes).toContain("not_nullable");
    expect(codes.filter((code) => !Object.hasOwn(en.field, code ?? ""))).toEqual([]);
  });
});
