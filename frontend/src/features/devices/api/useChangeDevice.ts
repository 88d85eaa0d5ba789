import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { keys } from "@/api/keys";
import type { DeviceUpdate } from "@/api/types";

export function useChangeDevice() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...body }: DeviceUpdate & { id: string }) =>
      ok(api.PATCH("/devices/{device_id}", { params: { path: { device_id: id } }, body })),
    onSuccess: (device) => {
      queries.setQueryData(keys.device(device.id), device);
      return queries.invalidateQueries({ queryKey: keys.devices });
    },
  });
}
