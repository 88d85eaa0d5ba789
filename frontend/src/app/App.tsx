import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useEffect, useMemo } from "react";
import { accountKey } from "@/api/session";
import { useSession } from "@/api/useSession";
import { Unreachable } from "./ErrorPages";
import { newQueryClient } from "./queryClient";
import { router } from "./router";
import { cssVariables, theme } from "./theme";

export function App() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <Pages />
    </MantineProvider>
  );
}

function Pages() {
  const state = useSession();
  const account = accountKey(state);

  // Nothing of one account may be left in the cache for the next one.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new account needs a new cache
  const queries = useMemo(newQueryClient, [account]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the route guards depend on the session
  useEffect(() => {
    if (state.status === "signed-in" || state.status === "signed-out") void router.invalidate();
  }, [account, state.status]);

  if (state.status === "starting") return null;
  if (state.status === "unreachable") return <Unreachable />;
  return (
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} context={{ session: state }} />
    </QueryClientProvider>
  );
}
