import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { keys } from "@/api/keys";
import type { RejectedGroup } from "@/api/types";

export type Choice = { ids: string[] } | { code: RejectedGroup["code"] };
export type Decision = { what: "replay" | "dismiss"; choice: Choice };
export type Outcome = { replayed: number; still_rejected: number } | { dismissed: number };

/** Replays or dismisses rejected readings, by id or all with one code. */
export function useDecide() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ what, choice: body }: Decision): Promise<Outcome> =>
      what === "replay"
        ? ok(api.POST("/monitoring/rejected/replay", { body }))
        : ok(api.POST("/monitoring/rejected/dismiss", { body })),
    onSuccess: (_, { what }) => {
      // Replayed readings change consumption and may raise alerts.
      const affected = what === "replay" ? [keys.summaries, keys.alerts, ["consumption"]] : [];
      for (const queryKey of [keys.rejected, keys.fleet, ...affected]) {
        void queries.invalidateQueries({ queryKey });
      }
    },
  });
}
