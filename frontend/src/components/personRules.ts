/** The services' own rules, so that most mistakes are shown before sending. */

export const MIN_PASSWORD = 8;
export const MAX_PASSWORD = 128;

export function isUsername(text: string): boolean {
  return /^[A-Za-z0-9._@-]{3,64}$/.test(text);
}

export function isEmailOrEmpty(text: string): boolean {
  return /^$|^[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+$/.test(text.trim());
}

export function isPhoneOrEmpty(text: string): boolean {
  return /^$|^\+?[0-9][0-9 ()./-]{2,30}$/.test(text.trim());
}

/** The code of the text `problems:field.…`, or null when the length is accepted. */
export function passwordLengthProblem(password: string): "too_short" | "too_long" | null {
  if (password.length < MIN_PASSWORD) return "too_short";
  return password.length > MAX_PASSWORD ? "too_long" : null;
}
