import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { keys } from "@/api/keys";
import type { AlertFilter } from "../search";

/** Acknowledges every alert that the filter selects, in one request. */
export function useAcknowledgeAll() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (filter: AlertFilter) =>
      ok(api.POST("/monitoring/alerts/acknowledge", { body: { filter } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.alerts }),
  });
}
