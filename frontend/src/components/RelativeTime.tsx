import { Tooltip } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/i18n/format";
import { useNow } from "./useNow";

type Props = { at: string | null | undefined; zone?: string };

/** "12 s ago", updated as time passes, with the exact time on hover. */
export function RelativeTime({ at, zone }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  if (!at) return <>{t("time.never")}</>;
  // The server's clock may be ahead of the browser's; never show a time in the future.
  const shown = Math.abs(now - Date.parse(at)) < 2000 ? t("time.now") : undefined;
  const when = Math.min(Date.parse(at), now);
  return (
    <Tooltip label={format.exact(at, zone)}>
      <time dateTime={at}>{shown ?? format.relative(when, now)}</time>
    </Tooltip>
  );
}
