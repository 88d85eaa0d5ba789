import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { Problem } from "@/api/problem";

type Words = TFunction<"problems">;

/** What happened, in the reader's language; by the stable code, else the service's own words. */
export function describeProblem(t: Words, reason: unknown): string {
  if (!(reason instanceof Problem)) return t("unexpected");
  return t(reason.code as "unexpected", { defaultValue: reason.message });
}

/** The refusals that belong to fields, ready for `form.setErrors`. */
export function describeFields(t: Words, reason: unknown): Record<string, string> {
  if (!(reason instanceof Problem)) return {};
  return Object.fromEntries(
    reason.errors.map(({ field, code, message }) => [
      field.split(".").at(-1) ?? field,
      // A problem that is about one field has the same code there ("username_taken").
      t([`field.${code as "missing"}`, code as "unexpected"], { defaultValue: message }),
    ]),
  );
}

export function useProblemText(): {
  describe: (reason: unknown) => string;
  fields: (reason: unknown) => Record<string, string>;
} {
  const { t } = useTranslation("problems");
  return {
    describe: (reason) => describeProblem(t, reason),
    fields: (reason) => describeFields(t, reason),
  };
}
