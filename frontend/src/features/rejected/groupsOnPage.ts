import type { RejectedGroup } from "@/api/types";

/**
 * What waits, in the order it was `shown` before; a reason that was `decided` on this page keeps its
 * place when nothing is left of it, so that its result can be read there.
 */
export function groupsOnPage(
  waiting: RejectedGroup[],
  shown: RejectedGroup[],
  decided: RejectedGroup["code"][],
): RejectedGroup[] {
  const before = shown.flatMap((group) => {
    const now = waiting.find(({ code }) => code === group.code);
    if (now) return [now];
    return decided.includes(group.code) ? [{ ...group, count: 0, times: 0 }] : [];
  });
  const fresh = waiting.filter(({ code }) => !shown.some((group) => group.code === code));
  return [...before, ...fresh];
}
