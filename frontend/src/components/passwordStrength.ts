import { MIN_PASSWORD } from "./personRules";

export type Strength = "short" | "weak" | "fair" | "good" | "strong";

/** A hint while typing, in which length counts most; only the server knows breached passwords. */
export function passwordStrength(password: string): Strength {
  if (password.length < MIN_PASSWORD) return "short";
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z\d]/].filter((kind) => kind.test(password));
  const distinct = new Set(password).size;
  const score = Math.min(password.length, distinct * 2) + kinds.length * 2;
  if (score < 13) return "weak";
  if (score < 17) return "fair";
  return score < 22 ? "good" : "strong";
}
