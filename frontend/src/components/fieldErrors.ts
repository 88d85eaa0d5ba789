import type { UseFormReturnType } from "@mantine/form";
import { useProblemText } from "@/i18n/problem";

/** The refusals about fields the form shows; `names` says what the form calls a service's field. */
export function fieldErrorsOf(
  refused: Record<string, string>,
  shown: string[],
  names: Record<string, string> = {},
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(refused)
      .map(([field, words]) => [names[field] ?? field, words] as const)
      .filter(([field]) => shown.includes(field)),
  );
}

/** For `onError` of a mutation: puts each refusal beside its field. */
export function useFieldErrors<Values extends object>(
  form: UseFormReturnType<Values>,
  names?: Record<string, string>,
): (reason: unknown) => void {
  const { fields } = useProblemText();
  return (reason) => form.setErrors(fieldErrorsOf(fields(reason), Object.keys(form.values), names));
}
