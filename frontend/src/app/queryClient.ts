import { QueryClient } from "@tanstack/react-query";
import { Problem } from "@/api/problem";

/** A refusal will not change by asking again; a lost connection or a busy server may. */
function worthRepeating(failures: number, reason: unknown): boolean {
  if (reason instanceof Problem && reason.status >= 400 && reason.status < 500) return false;
  return failures < 2;
}

export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: worthRepeating,
        staleTime: 30_000,
        refetchOnWindowFocus: false,
        networkMode: "always",
      },
      mutations: { networkMode: "always" },
    },
  });
}
