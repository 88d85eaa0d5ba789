import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { keys } from "@/api/keys";

export function useDeleteDevice() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      ok(api.DELETE("/devices/{device_id}", { params: { path: { device_id: id } } })),
    onSuccess: (_, id) => {
      queries.removeQueries({ queryKey: keys.device(id) });
      for (const queryKey of [keys.devices, keys.summaries, keys.alerts, keys.fleet]) {
        void queries.invalidateQueries({ queryKey });
      }
    },
  });
}
