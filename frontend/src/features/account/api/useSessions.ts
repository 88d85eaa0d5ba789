import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { keys } from "@/api/keys";
import { Problem } from "@/api/problem";

export function useSessions() {
  return useQuery({
    queryKey: keys.sessions,
    queryFn: ({ signal }) => ok(api.GET("/auth/sessions", { signal })),
    refetchOnMount: "always",
  });
}

/** Ends sessions and returns how many; one that has already ended (404) counts. */
export function useEndSessions() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (ids: string[]) => {
      for (const id of ids) {
        await ok(api.DELETE("/auth/sessions/{id}", { params: { path: { id } } })).catch(
          (reason) => {
            if (!(reason instanceof Problem && reason.status === 404)) throw reason;
          },
        );
      }
      return ids.length;
    },
    onSettled: () => queries.invalidateQueries({ queryKey: keys.sessions }),
  });
}
