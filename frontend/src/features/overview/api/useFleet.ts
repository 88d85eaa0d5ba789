import { useQuery } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { keys } from "@/api/keys";

/** Silent meters and rejected readings send no live frames, so the overview polls. */
const EVERY_MS = 30_000;

export function useFleet() {
  return useQuery({
    queryKey: keys.fleet,
    queryFn: ({ signal }) => ok(api.GET("/monitoring/fleet", { signal })),
    refetchInterval: EVERY_MS,
    refetchOnMount: "always",
  });
}
