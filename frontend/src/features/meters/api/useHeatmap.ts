import { useQuery } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { keys } from "@/api/keys";

export function useHeatmap(id: string, from: string, to: string) {
  return useQuery({
    queryKey: keys.heatmap(id, { from, to }),
    queryFn: ({ signal }) =>
      ok(
        api.GET("/monitoring/devices/{device_id}/heatmap", {
          params: { path: { device_id: id }, query: { from, to } },
          signal,
        }),
      ),
  });
}
