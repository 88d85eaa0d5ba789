import { useQuery } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { keys } from "@/api/keys";

/** Alerts and changed meters come as frames; silence and rejections do not, so it is asked for. */
const EVERY_MS = 30_000;

/** How all meters are doing. */
export function useFleet() {
  return useQuery({
    queryKey: keys.fleet,
    queryFn: ({ signal }) => ok(api.GET("/monitoring/fleet", { signal })),
    refetchInterval: EVERY_MS,
    refetchOnMount: "always",
  });
}
