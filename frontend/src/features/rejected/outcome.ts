import { useTranslation } from "react-i18next";
import type { Outcome } from "./api/useDecide";

export function useDescribeOutcome(): (outcome: Outcome) => string {
  const { t } = useTranslation("rejected");
  return (outcome) => {
    if ("dismissed" in outcome) return t("result.dismissed", { count: outcome.dismissed });
    const { replayed, still_rejected: still } = outcome;
    if (replayed === 0) return still > 0 ? t("result.none", { count: still }) : t("result.nothing");
    const accepted = t("result.replayed", { count: replayed });
    return still > 0 ? `${accepted} ${t("result.still", { count: still })}` : accepted;
  };
}
