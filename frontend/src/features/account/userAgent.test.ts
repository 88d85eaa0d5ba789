import { describe, expect, it } from "vitest";
import { readUserAgent } from "./userAgent";

const browser = (text: string) => {
  const agent = readUserAgent(text);
  return agent.kind === "browser" ? `${agent.program}, ${agent.system}` : agent.kind;
};

describe("reading a user agent", () => {
  it.each([
    ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"],
    [
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
      "Edge, Windows",
    ],
    [
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
      "Safari, macOS",
    ],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
      "Safari, iPhone",
    ],
    [
      "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
      "Chrome, Android",
    ],
    [
      "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36",
      "Samsung Internet, Android",
    ],
  ])("%s", (text, expected) => expect(browser(text)).toBe(expected));

  it("names a script, and returns unknown otherwise", () => {
    expect(readUserAgent("curl/8.5.0")).toEqual({ kind: "script", name: "curl" });
    expect(readUserAgent("Python-urllib/3.11")).toEqual({ kind: "script", name: "Python-urllib" });
    expect(readUserAgent("Mozilla/5.0 (unheard of)")).toEqual({ kind: "unknown" });
    expect(readUserAgent(null)).toEqual({ kind: "unknown" });
  });
});
