import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "../client";
import { keys } from "../keys";
import type { Device, Page } from "../types";

export function deviceQuery(id: string) {
  return queryOptions<Device>({
    queryKey: keys.device(id),
    queryFn: ({ signal }) =>
      ok(api.GET("/devices/{device_id}", { params: { path: { device_id: id } }, signal })),
    staleTime: 5 * 60_000,
  });
}

/** Until the response arrives, the entry of a cached list serves as placeholder. */
export function useDevice(id: string, enabled = true) {
  const queries = useQueryClient();
  return useQuery({
    ...deviceQuery(id),
    enabled,
    placeholderData: () =>
      queries
        .getQueriesData<Page<Device>>({ queryKey: [...keys.devices, "list"] })
        .flatMap(([, page]) => page?.items ?? [])
        .find((device) => device.id === id),
  });
}
