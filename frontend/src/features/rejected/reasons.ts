import { useTranslation } from "react-i18next";

/** The texts of a rejection code; a code newer than this page gets the general text. */
export function useReason(): (code: string) => { title: string; hint: string } {
  const { t } = useTranslation("rejected");
  return (code) => ({
    title: t([`reason.${code as "wrong_type"}.title`, "reason.other.title"], { code }),
    hint: t([`reason.${code as "wrong_type"}.hint`, "reason.other.hint"], { code }),
  });
}
