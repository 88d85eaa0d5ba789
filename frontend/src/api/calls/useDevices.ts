import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, ok } from "../client";
import { keys } from "../keys";
import type { paths } from "../schema.gen";

export type DevicesQuery = NonNullable<paths["/devices"]["get"]["parameters"]["query"]>;

/** Clients get their own meters, administrators all. */
export function useDevices(query: DevicesQuery = { limit: 200 }, enabled = true) {
  return useQuery({
    queryKey: keys.deviceList(query),
    queryFn: ({ signal }) => ok(api.GET("/devices", { params: { query }, signal })),
    placeholderData: keepPreviousData,
    enabled,
  });
}
