import { screen } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { describe, expect, it, vi } from "vitest";
import { keys } from "@/api/keys";
import { server } from "@/testing/server";
import { show } from "@/testing/show";
import { VersionLine } from "./VersionLine";

async function showFor(health: object) {
  server.use(http.get("*/auth/health", () => HttpResponse.json(health)));
  const { queries } = await show(<VersionLine />);
  await vi.waitFor(() => expect(queries.getQueryState(keys.version)?.status).toBe("success"));
}

describe("the version line", () => {
  it("shows the version and the short commit", async () => {
    await showFor({ status: "ok", version: "0.1.0", commit: "abc1234def5678" });
    expect(await screen.findByText("Contor 0.1.0 (abc1234)")).toBeVisible();
  });

  it("shows the version alone when the commit is unknown", async () => {
    await showFor({ status: "ok", version: "0.1.0", commit: null });
    expect(await screen.findByText("Contor 0.1.0")).toBeVisible();
  });

  it("shows nothing when the services do not name a version", async () => {
    await showFor({ status: "ok" });
    expect(screen.queryByText(/Contor/)).toBeNull();
  });
});
