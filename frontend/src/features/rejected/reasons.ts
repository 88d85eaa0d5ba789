import { useTranslation } from "react-i18next";

/** Why a reading was not used, in plain words, and what to do about it. */
export function useReason(): (code: string) => { title: string; hint: string } {
  const { t } = useTranslation("rejected");
  return (code) => ({
    title: t([`reason.${code as "wrong_type"}.title`, "reason.other.title"], { code }),
    hint: t([`reason.${code as "wrong_type"}.hint`, "reason.other.hint"], { code }),
  });
}
