import { useSyncExternalStore } from "react";

/** Whether the help is open; it stays so from page to page. */
let open = false;
const listeners = new Set<() => void>();

export function showHelp(shown: boolean): void {
  open = shown;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useHelp(): boolean {
  return useSyncExternalStore(subscribe, () => open);
}
