import { useQuery } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { keys } from "@/api/keys";

export function useRejectedGroups() {
  return useQuery({
    queryKey: keys.rejectedGroups,
    queryFn: ({ signal }) => ok(api.GET("/monitoring/rejected/summary", { signal })),
    refetchOnMount: "always",
  });
}
