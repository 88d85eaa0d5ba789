import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { keys } from "@/api/keys";

type Assignment = { id: string; owner_id: string | null; since: string | null };

export function useAssignOwner() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...body }: Assignment) =>
      ok(api.PUT("/devices/{device_id}/owner", { params: { path: { device_id: id } }, body })),
    onSuccess: (device) => {
      queries.setQueryData(keys.device(device.id), device);
      return queries.invalidateQueries({ queryKey: keys.devices });
    },
  });
}
