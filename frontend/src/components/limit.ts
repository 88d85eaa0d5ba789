export type LimitState = "none" | "ok" | "near" | "over";

/** The share of the limit from which an hour counts as near it. */
export const NEAR = 0.8;

export function limitState(energy: number | null, limit: number | null | undefined): LimitState {
  if (energy === null) return "none";
  if (limit == null) return "ok";
  if (energy > limit) return "over";
  return energy >= limit * NEAR ? "near" : "ok";
}

export const limitColor: Record<LimitState, string> = {
  none: "var(--contor-none)",
  ok: "var(--contor-ok)",
  near: "var(--contor-near)",
  over: "var(--contor-over)",
};
