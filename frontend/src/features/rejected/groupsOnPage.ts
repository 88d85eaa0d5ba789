import type { RejectedGroup } from "@/api/types";

/**
 * The pending groups in the order in which they were `shown`. A group that was `decided` on this page
 * stays in place when it is empty, so that its result can be read there.
 */
export function groupsOnPage(
  pending: RejectedGroup[],
  shown: RejectedGroup[],
  decided: RejectedGroup["code"][],
): RejectedGroup[] {
  const before = shown.flatMap((group) => {
    const now = pending.find(({ code }) => code === group.code);
    if (now) return [now];
    return decided.includes(group.code) ? [{ ...group, count: 0, times: 0 }] : [];
  });
  const added = pending.filter(({ code }) => !shown.some((group) => group.code === code));
  return [...before, ...added];
}
