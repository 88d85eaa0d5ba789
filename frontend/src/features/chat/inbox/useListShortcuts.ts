import { useHotkeys } from "@mantine/hooks";
import { type InboxView, inboxViews } from "@/features/chat/search";

type Options = {
  ids: string[];
  chosen: string | undefined;
  onChoose: (id: string) => void;
  onView: (view: InboxView) => void;
  onHelp: () => void;
};

/** Keyboard shortcuts of the list; inactive while a text field has the focus. */
export function useListShortcuts({ ids, chosen, onChoose, onView, onHelp }: Options): void {
  const step = (by: number) => {
    const at = chosen === undefined ? -1 : ids.indexOf(chosen);
    const next = ids[at < 0 ? (by > 0 ? 0 : ids.length - 1) : at + by];
    if (next !== undefined) onChoose(next);
  };
  useHotkeys([
    ["J", () => step(1)],
    ["K", () => step(-1)],
    ["shift+?", onHelp],
    ["?", onHelp],
    ...inboxViews.map((view, index): [string, () => void] => [
      String(index + 1),
      () => onView(view),
    ]),
  ]);
}
