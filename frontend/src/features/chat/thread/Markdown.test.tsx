import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { Markdown } from "./Markdown";

function renderMarkdown(text: string): HTMLElement {
  return render(
    <MantineProvider env="test">
      <Markdown text={text} />
    </MantineProvider>,
  ).container;
}

describe("Markdown of a message", () => {
  it("supports emphasis, code, lists and quotes", () => {
    const html = renderMarkdown("**b** *i* `c`\n\n- one\n- two\n\n> said").innerHTML;
    for (const tag of ["strong", "em", "code", "li", "blockquote"])
      expect(html).toContain(`<${tag}`);
  });

  it("opens links in a new tab, bare ones too", () => {
    renderMarkdown("[a](https://example.org) see www.example.com");
    for (const link of screen.getAllByRole("link")) {
      expect(link).toHaveAttribute("target", "_blank");
      expect(link.getAttribute("rel")).toContain("noopener");
    }
    expect(screen.getAllByRole("link")).toHaveLength(2);
  });

  it.each([
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "<svg><a href='javascript:alert(1)'>x</a></svg>",
    "![x](https://example.org/spy.png)",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt&colon;alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "[x][y]\n\n[y]: javascript:alert(1)",
    "<javascript:alert(1)>",
    "[x](//evil.example)",
  ])("renders no script, image or unsafe link for %s", (text) => {
    const element = renderMarkdown(text);
    expect(element.querySelector("script, img, svg, iframe, [onerror]")).toBeNull();
    for (const link of element.querySelectorAll("a")) {
      expect(link.getAttribute("href")).toMatch(/^https:\/\/example\.org/);
    }
  });

  it("keeps a number and its unit on one line, except in code", () => {
    const text = renderMarkdown("1.85 kWh, 12 %, 5 Whatever, `2 kWh`").querySelector("p");
    expect(text?.textContent).toBe("1.85\u00a0kWh, 12\u00a0%, 5 Whatever, 2 kWh");
  });

  it("keeps line breaks, and does not interpret code", () => {
    expect(renderMarkdown("a\nb").querySelector("p")?.textContent).toBe("a\nb");
    expect(renderMarkdown("```\n<b>&amp;\n```").querySelector("pre")?.textContent).toBe("<b>&amp;");
  });
});
