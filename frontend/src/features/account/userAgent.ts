export type Agent =
  | { kind: "browser"; program: string; system: string }
  | { kind: "script"; name: string }
  | { kind: "unknown" };

/** The first match wins, because the user agent of a browser also names the ones below it. */
const browsers: [RegExp, string][] = [
  [/\bEdgA?(iOS)?\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\bVivaldi\//, "Vivaldi"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\b(Firefox|FxiOS)\//, "Firefox"],
  [/\bHeadlessChrome\//, "Chrome (headless)"],
  [/\b(Chrome|Chromium|CriOS)\//, "Chrome"],
  [/\bVersion\/[\d.]+.* Safari\//, "Safari"],
];

const systems: [RegExp, string][] = [
  [/\biPhone\b/, "iPhone"],
  [/\biPad\b/, "iPad"],
  [/\bAndroid\b/, "Android"],
  [/\bWindows\b/, "Windows"],
  [/\bMac OS X\b|\bMacintosh\b/, "macOS"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bLinux\b|\bX11\b/, "Linux"],
];

const firstMatch = (table: [RegExp, string][], text: string) =>
  table.find(([pattern]) => pattern.test(text))?.[1];

/** Browser and system of a user agent; anything like "curl/8.5.0" counts as a script. */
export function readUserAgent(text: string | null): Agent {
  if (!text) return { kind: "unknown" };
  const program = firstMatch(browsers, text);
  const system = firstMatch(systems, text);
  if (program && system) return { kind: "browser", program, system };
  if (program) return { kind: "script", name: program };
  const product = /^([\w.-]+)\//.exec(text)?.[1];
  return product && product !== "Mozilla" ? { kind: "script", name: product } : { kind: "unknown" };
}
