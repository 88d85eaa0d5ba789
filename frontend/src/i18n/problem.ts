import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { Problem } from "@/api/problem";

type Translate = TFunction<"problems">;

/** The text for the problem's code in the user's language, else the service's own `detail`. */
export function describeProblem(t: Translate, reason: unknown): string {
  if (!(reason instanceof Problem)) return t("unexpected");
  return t(reason.code as "unexpected", { defaultValue: reason.message });
}

/** The field errors of a problem by field name, ready for `form.setErrors`. */
export function describeFields(t: Translate, reason: unknown): Record<string, string> {
  if (!(reason instanceof Problem)) return {};
  return Object.fromEntries(
    reason.errors.map(({ field, code, message }) => [
      field.split(".").at(-1) ?? field,
      // A field error may use the code of a whole problem, such as "username_taken".
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
