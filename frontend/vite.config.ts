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

/** Swagger UI for the services' API pages (`/auth/docs` …), which would otherwise load it from a CDN. */
function swaggerUi(): Plugin {
  const files = ["swagger-ui-bundle.js", "swagger-ui.css", "LICENSE", "NOTICE"];
  return {
    name: "swagger-ui",
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
  plugins: [react(), swaggerUi()],
  resolve: { alias: { "@": new URL("./src", import.meta.url).pathname } },
  server: {
    port: 5173,
    proxy: {
      // No changeOrigin: the services compare Origin with the browser's Host.
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
        // Many small chunks compress badly, so there is one for all pages and one for all pages of
        // a signed-in user.
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
