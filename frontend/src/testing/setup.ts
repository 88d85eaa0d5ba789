import "@testing-library/jest-dom/vitest";
import { cleanup } from "@testing-library/react";
import { afterAll, afterEach, beforeAll, vi } from "vitest";
import { startI18n } from "@/i18n/index";
import { server } from "./server";

vi.stubGlobal("matchMedia", (query: string) => ({
  matches: false,
  media: query,
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
  addListener: () => undefined,
  removeListener: () => undefined,
}));
vi.stubGlobal(
  "ResizeObserver",
  class {
    observe() {}
    unobserve() {}
    disconnect() {}
  },
);

vi.stubGlobal("scrollTo", () => undefined);
// A field that grows with its text measures again when a font has come.
Object.defineProperty(document, "fonts", { value: new EventTarget() });

beforeAll(async () => {
  server.listen({ onUnhandledFrame: "error" });
  await startI18n("en");
});
afterEach(() => {
  cleanup();
  server.resetHandlers();
  localStorage.clear();
});
afterAll(() => server.close());
