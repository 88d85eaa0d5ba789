import { readFileSync } from "node:fs";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const backend = process.env.CONTOR_URL ?? "http://127.0.0.1:8000";
const services = ["/auth", "/users", "/devices", "/monitoring", "/chat"];

const mantine = (...names: string[]) => `@mantine/core/esm/components/(${names.join("|")})`;
const packages = (...names: string[]) => new RegExp(`/node_modules/(${names.join("|")})/`);
const base = [
  "react",
  "react-dom",
  "scheduler",
  "use-sync-external-store",
  "@tanstack",
  "i18next",
  "react-i18next",
  "openapi-fetch",
  "clsx",
  "@mantine/hooks",
  "@mantine/core/esm/(core|utils)",
  mantine("ActionIcon", "Button", "Card", "CloseButton", "Group", "Input", "Loader", "Paper"),
  mantine("Stack", "Text", "Title", "Transition"),
];
const frame = [
  "@floating-ui",
  "react-remove-scroll",
  mantine(
    "AppShell",
    "Anchor",
    "Avatar",
    "Badge",
    "Indicator",
    "Kbd",
    "Menu",
    "NavLink",
    "Tooltip",
  ),
];

/** What the pages `/auth/docs` and so on of the services show themselves with; without it, a CDN would have to. */
function documentation(): Plugin {
  const files = ["swagger-ui-bundle.js", "swagger-ui.css", "LICENSE", "NOTICE"];
  return {
    name: "documentation",
    apply: "build",
    generateBundle() {
      for (const name of files) {
        const file = new URL(`./node_modules/swagger-ui-dist/${name}`, import.meta.url);
        this.emitFile({ type: "asset", fileName: `swagger/${name}`, source: readFileSync(file) });
      }
    },
  };
}

export default defineConfig({
  plugins: [react(), documentation()],
  resolve: { alias: { "@": new URL("./src", import.meta.url).pathname } },
  server: {
    port: 5173,
    proxy: {
      // The services compare Origin with Host, so the browser's Host has to reach them.
      ...Object.fromEntries(services.map((prefix) => [prefix, { target: backend }])),
      "/ws": { target: backend, ws: true },
    },
  },
  build: {
    outDir: "../src/contor/frontend",
    emptyOutDir: true,
    target: "es2022",
    rolldownOptions: {
      output: {
        // Dozens of small chunks compress badly: what every page needs is one, what every page
        // of someone signed in needs is another.
        codeSplitting: {
          groups: [
            { name: "base", test: packages(...base) },
            { name: "frame", test: packages(...frame) },
            { name: "live", test: /\/src\/(api|realtime)\// },
          ],
        },
      },
    },
  },
  test: {
    environment: "jsdom",
    setupFiles: ["./src/testing/setup.ts"],
    include: ["src/**/*.test.{ts,tsx}"],
    restoreMocks: true,
    unstubGlobals: true,
    // One jsdom and one module registry per worker instead of one per file: a third of the time.
    // `setup.ts` resets what is global (DOM, session, language, handlers).
    pool: "threads",
    isolate: false,
  },
});
