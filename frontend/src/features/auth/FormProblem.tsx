import { Alert } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Problem } from "@/api/problem";
import { useProblemText } from "@/i18n/problem";

/** The refusal that belongs to no single field, beside the button that caused it. */
export function FormProblem({ reason }: { reason: unknown }) {
  const { t } = useTranslation("auth");
  const { describe } = useProblemText();
  if (reason === null) return null;
  const wait = reason instanceof Problem ? reason.retryAfter : null;
  return (
    <Alert color="red" variant="light" p="sm" role="alert">
      {describe(reason)} {wait !== null && t("waitSeconds", { count: wait })}
    </Alert>
  );
}
