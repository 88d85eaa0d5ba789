import { QueryClient } from "@tanstack/react-query";
import { Problem } from "@/api/problem";

/** Retry connection failures and server errors up to twice; a 4xx would only repeat. */
function shouldRetry(failures: number, reason: unknown): boolean {
  if (reason instanceof Problem && reason.status >= 400 && reason.status < 500) return false;
  return failures < 2;
}

export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: shouldRetry,
        staleTime: 30_000,
        refetchOnWindowFocus: false,
        networkMode: "always",
      },
      mutations: { networkMode: "always" },
    },
  });
}
