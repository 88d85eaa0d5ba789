import type { Device, Owner } from "@/api/types";

export const QUARTER_HOUR = 900_000;

export type Person = Pick<Owner, "id" | "username" | "full_name">;

export const nameOf = ({ full_name, username }: Person) =>
  full_name ? `${full_name} (${username})` : username;

/** The start of the quarter hour of an instant: owners change then. */
export function quarterHourStart(instant: number): number {
  return Math.floor(instant / QUARTER_HOUR) * QUARTER_HOUR;
}

/** What an assignment does; the keys of the sentences that say it. */
export type Outcome = {
  effect: "unchanged" | "extended" | "removed" | "first" | "next" | "nextAfterPause";
  /** From when on the new owner sees the meter, or it has no owner. */
  from: number;
  /** Whether owners recorded since `from` no longer count. */
  replaces: boolean;
};

/** The outcome of giving `device` to `ownerId`, or to no owner with null, from the quarter hour of `since` on. */
export function outcomeOf(device: Device, ownerId: string | null, since: number): Outcome {
  const from = quarterHourStart(since);
  const present = device.owner_since === null ? null : Date.parse(device.owner_since);
  const replaces = present !== null && from <= present;
  if (ownerId === device.owner_id) {
    const earlier = present !== null && from < present;
    return { effect: earlier ? "extended" : "unchanged", from, replaces: earlier };
  }
  if (ownerId === null) return { effect: "removed", from, replaces };
  if (device.owner_id !== null) return { effect: "next", from, replaces };
  if (present === null) return { effect: "first", from, replaces };
  // Time without an owner belongs to the next owner.
  return { effect: replaces ? "next" : "nextAfterPause", from: Math.min(from, present), replaces };
}
