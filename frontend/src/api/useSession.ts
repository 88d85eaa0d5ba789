import { useSyncExternalStore } from "react";
import { type SessionState, session } from "./session";
import type { Account } from "./types";

export function useSession(): SessionState {
  return useSyncExternalStore(session.subscribe, session.snapshot);
}

/** The signed-in account. Throws when there is none: only for pages behind the session guard. */
export function useAccount(): Account {
  const state = useSession();
  if (state.status !== "signed-in") throw new Error("useAccount was called while signed out.");
  return state.user;
}
