import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { keys } from "@/api/keys";

/** `replacement` null sets the reading aside. */
export type NewCorrection = { timestamp: string; replacement: number | null; reason: string };
export type Deletion = { from: string; to: string; reason: string };

/** A changed reading may change every value of the meter and its alerts. */
function useRefetch(id: string): () => Promise<unknown> {
  const queries = useQueryClient();
  const changed = [
    keys.corrections(id),
    keys.consumption(id),
    keys.summaries,
    keys.alerts,
    keys.fleet,
  ];
  return () => Promise.all(changed.map((queryKey) => queries.invalidateQueries({ queryKey })));
}

export function useCorrect(id: string) {
  return useMutation({
    mutationFn: (body: NewCorrection) =>
      ok(
        api.POST("/monitoring/devices/{device_id}/corrections", {
          params: { path: { device_id: id } },
          body,
        }),
      ),
    onSuccess: useRefetch(id),
  });
}

export function useUndo(id: string) {
  return useMutation({
    mutationFn: (correction: string) =>
      ok(
        api.DELETE("/monitoring/devices/{device_id}/corrections/{correction_id}", {
          params: { path: { device_id: id, correction_id: correction } },
        }),
      ),
    onSuccess: useRefetch(id),
  });
}

export function useDeleteReadings(id: string) {
  return useMutation({
    mutationFn: (query: Deletion) =>
      ok(
        api.DELETE("/monitoring/devices/{device_id}/readings", {
          params: { path: { device_id: id }, query },
        }),
      ),
    onSuccess: useRefetch(id),
  });
}
