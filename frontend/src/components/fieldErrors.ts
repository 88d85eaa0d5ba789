import type { UseFormReturnType } from "@mantine/form";
import { useProblemText } from "@/i18n/problem";

/** The errors of fields that the form shows; `names` maps a field of the API to the form's name. */
export function fieldErrorsOf(
  errors: Record<string, string>,
  shown: string[],
  names: Record<string, string> = {},
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(errors)
      .map(([field, text]) => [names[field] ?? field, text] as const)
      .filter(([field]) => shown.includes(field)),
  );
}

/** For `onError` of a mutation: shows each field error at its field. */
export function useFieldErrors<Values extends object>(
  form: UseFormReturnType<Values>,
  names?: Record<string, string>,
): (reason: unknown) => void {
  const { fields } = useProblemText();
  return (reason) => form.setErrors(fieldErrorsOf(fields(reason), Object.keys(form.values), names));
}
