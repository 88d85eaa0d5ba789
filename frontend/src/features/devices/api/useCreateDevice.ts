import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { keys } from "@/api/keys";
import type { DeviceCreate } from "@/api/types";

export function useCreateDevice() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: DeviceCreate) => ok(api.POST("/devices", { body })),
    onSuccess: (device) => {
      queries.setQueryData(keys.device(device.id), device);
      void queries.invalidateQueries({ queryKey: keys.devices });
      void queries.invalidateQueries({ queryKey: keys.fleet });
    },
  });
}
