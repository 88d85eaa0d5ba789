import { useQuery } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { keys } from "@/api/keys";

/** The version and commit of the running services. */
export function useVersion() {
  return useQuery({
    queryKey: keys.version,
    queryFn: ({ signal }) => ok(api.GET("/auth/health", { signal })),
  });
}
