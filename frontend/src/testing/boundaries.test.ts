import { describe, expect, it } from "vitest";

const files = import.meta.glob("../**/*.{ts,tsx}", {
  query: "?raw",
  import: "default",
  eager: true,
}) as Record<string, string>;

/** Folder → the folders it may import from, besides itself. */
const allowed: Record<string, string[]> = {
  api: [],
  i18n: ["api"],
  realtime: ["api", "i18n"],
  components: ["api", "i18n", "realtime"],
  features: ["api", "i18n", "realtime", "components"],
  app: ["api", "i18n", "realtime", "components", "features"],
};

function importsOf(text: string): string[] {
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"@\/([^"]+)"/g)].map((match) => match[1] ?? "");
}

const sources = Object.entries(files)
  .map(([path, text]) => ({ path: path.replace("../", ""), text }))
  .filter(({ path }) => !path.includes(".test.") && !path.startsWith("testing/"));

describe("the folders of the frontend", () => {
  it("import only from the layers below", () => {
    const violations = sources.flatMap(({ path, text }) => {
      const folder = path.split("/")[0] ?? "";
      if (!(folder in allowed)) return [];
      return importsOf(text)
        .map((target) => target.split("/")[0] ?? "")
        .filter((target) => target !== folder && !allowed[folder]?.includes(target))
        .map((target) => `${path} → ${target}`);
    });
    expect(violations).toEqual([]);
  });

  it("keep features independent of each other", () => {
    const violations = sources
      .filter(({ path }) => path.startsWith("features/"))
      .flatMap(({ path, text }) => {
        const own = path.split("/").slice(0, 2).join("/");
        return importsOf(text)
          .filter((target) => target.startsWith("features/") && !target.startsWith(`${own}/`))
          .map((target) => `${path} → ${target}`);
      });
    expect(violations).toEqual([]);
  });

  it("use @/ instead of relative paths to other folders", () => {
    const violations = sources.filter(
      ({ path, text }) => path.startsWith("features/") && /from "(\.\.\/){2,}/.test(text),
    );
    expect(violations.map(({ path }) => path)).toEqual([]);
  });
});
