import { useSyncExternalStore } from "react";
import { Store } from "@/api/store";

/** Whether the help panel is open; it stays open from page to page. */
const open = new Store(false);

export const showHelp = (shown: boolean): void => open.set(shown);

export const useHelp = (): boolean => useSyncExternalStore(open.subscribe, open.get);
