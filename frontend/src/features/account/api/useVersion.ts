import { useQuery } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { keys } from "@/api/keys";

export type Version = { version: string; commit: string | null };

/** The version of the running services; null when `/auth/health` does not name one. */
export function useVersion() {
  return useQuery<Version | null>({
    queryKey: keys.version,
    queryFn: async ({ signal }) => parseVersion(await ok(api.GET("/auth/health", { signal }))),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** `commit` is null when the services run from a build that does not know it. */
function parseVersion(health: Record<string, unknown>): Version | null {
  const { version, commit } = health;
  if (typeof version !== "string") return null;
  return { version, commit: typeof commit === "string" ? commit : null };
}
