import { useSyncExternalStore } from "react";
import { type SessionState, session } from "./session";
import type { Account } from "./types";

export function useSession(): SessionState {
  return useSyncExternalStore(session.subscribe, session.snapshot);
}

/** The account of whoever is signed in; only for pages behind the guard. */
export function useAccount(): Account {
  const state = useSession();
  if (state.status !== "signed-in") throw new Error("No one is signed in here.");
  return state.user;
}
