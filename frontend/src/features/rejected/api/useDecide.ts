import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { keys } from "@/api/keys";
import type { RejectedGroup } from "@/api/types";

export type Choice = { ids: string[] } | { code: RejectedGroup["code"] };
export type Decision = { what: "replay" | "dismiss"; choice: Choice };
export type Outcome = { replayed: number; still_rejected: number } | { dismissed: number };

/** Replay or dismiss rejected readings: some of them, or all of one reason. */
export function useDecide() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ what, choice: body }: Decision): Promise<Outcome> =>
      what === "replay"
        ? ok(api.POST("/monitoring/rejected/replay", { body }))
        : ok(api.POST("/monitoring/rejected/dismiss", { body })),
    onSuccess: (_, { what }) => {
      // What is used now is in the profiles, and may have raised alerts.
      const used = what === "replay" ? [keys.summaries, keys.alerts, ["consumption"]] : [];
      for (const queryKey of [keys.rejected, keys.fleet, ...used]) {
        void queries.invalidateQueries({ queryKey });
      }
    },
  });
}
