import { useTranslation } from "react-i18next";
import { Problem } from "@/api/problem";
import { ProblemAlert } from "@/components/ProblemAlert";

/** A failed sign-in or registration, and how long to wait before the next attempt. */
export function AuthProblem({ reason }: { reason: unknown }) {
  const { t } = useTranslation("auth");
  const wait = reason instanceof Problem ? reason.retryAfter : null;
  return (
    <ProblemAlert reason={reason}>
      {wait !== null && t("waitSeconds", { count: wait })}
    </ProblemAlert>
  );
}
