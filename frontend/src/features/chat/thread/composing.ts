import { type KeyboardEvent, useSyncExternalStore } from "react";
import { session } from "@/api/session";

/** As much as the service takes for one message. */
export const LONGEST = 4000;

/** Enter alone sends; not the Enter that chooses a word while composing one. */
export const isSend = (event: KeyboardEvent): boolean =>
  event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing;

/** What was begun stays when its place is left, until it is sent or the page is loaded anew. */
const begun = new Map<string, string>();
const listeners = new Set<() => void>();

// Nothing that one person began is left for the next one.
session.subscribe(() => {
  if (session.state.status !== "signed-in") begun.clear();
});

export function begin(place: string, text: string): void {
  if (text === "") begun.delete(place);
  else begun.set(place, text);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useBegun(place: string): string {
  return useSyncExternalStore(subscribe, () => begun.get(place) ?? "");
}
