import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "../client";
import { keys } from "../keys";

/** Acknowledges the first 200 of the ids: the service accepts no more at once. */
export function useAcknowledge() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (ids: string[]) =>
      ok(api.POST("/monitoring/alerts/acknowledge", { body: { ids: ids.slice(0, 200) } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.alerts }),
  });
}
