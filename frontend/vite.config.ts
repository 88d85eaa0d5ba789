import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const backend = process.env.CONTOR_URL ?? "http://127.0.0.1:8000";
const services = ["/auth", "/users", "/devices", "/monitoring", "/chat"];

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": new URL("./src", import.meta.url).pathname } },
  server: {
    port: 5173,
    proxy: {
      // The services compare Origin with Host, so the browser's Host has to reach them.
      ...Object.fromEntries(services.map((prefix) => [prefix, { target: backend }])),
      "/ws": { target: backend, ws: true },
    },
  },
  build: { outDir: "../src/contor/frontend", emptyOutDir: true, target: "es2022" },
  test: {
    environment: "jsdom",
    setupFiles: ["./src/testing/setup.ts"],
    include: ["src/**/*.test.{ts,tsx}"],
    restoreMocks: true,
  },
});
