import "@testing-library/jest-dom/vitest";
import { cleanup } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { afterAll, afterEach, beforeAll } from "vitest";
import { session } from "@/api/session";
import { startI18n } from "@/i18n/index";
import { server } from "./server";

// What jsdom lacks. Assigned, not stubbed: `unstubGlobals` undoes stubs after every test.
Object.assign(globalThis, {
  matchMedia: (query: string) => ({
    matches: false,
    media: query,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
    addListener: () => undefined,
    removeListener: () => undefined,
  }),
  ResizeObserver: class {
    observe() {}
    unobserve() {}
    disconnect() {}
  },
  scrollTo: () => undefined,
});
// Mantine's select scrolls to the chosen option.
Element.prototype.scrollIntoView = () => undefined;
// Mantine's autosizing textarea measures again when a font has loaded.
Object.defineProperty(document, "fonts", { value: new EventTarget(), configurable: true });

beforeAll(async () => {
  server.listen({ onUnhandledFrame: "error" });
  await startI18n("en");
});
afterEach(() => {
  cleanup();
  server.resetHandlers();
  localStorage.clear();
});
// Test files share one jsdom and one module registry, so a signed-in session must not outlive its file.
afterAll(async () => {
  server.use(http.post("*/auth/logout", () => new HttpResponse(null, { status: 204 })));
  await session.signOut();
  server.close();
});
