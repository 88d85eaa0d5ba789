import { useTranslation } from "react-i18next";
import { useNow } from "@/components/useNow";

const MINUTE_MS = 60_000;

/** The time since `since` as a short text that stays up to date. */
export function useDuration(since: string | null | undefined): string {
  const { t } = useTranslation("chat");
  const now = useNow();
  if (!since) return "";
  const minutes = Math.floor((now - Date.parse(since)) / MINUTE_MS);
  if (minutes < 1) return t("duration.moment");
  if (minutes < 60) return t("duration.minutes", { count: minutes });
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return t("duration.hours", { hours, minutes: minutes % 60 });
  return t("duration.days", { count: Math.floor(hours / 24) });
}
