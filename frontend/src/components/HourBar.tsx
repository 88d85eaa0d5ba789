import { useTranslation } from "react-i18next";
import type { Summary } from "@/api/types";
import { useFormat } from "@/i18n/format";
import { currentHour } from "./currentHour";
import { LimitBar } from "./LimitBar";

/** The running hour of a meter against its limit; grey, with the time of its last reading, while it is silent. */
export function HourBar({ label, summary }: { label: string; summary: Summary }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { energy, noDataSince } = currentHour(summary);
  const time = noDataSince && format.timeOrDate(noDataSince, summary.time_zone);
  return (
    <LimitBar
      label={label}
      energy={energy}
      limit={summary.limit_kwh}
      silent={summary.state !== "live"}
      note={time ? t("limit.noDataSince", { time }) : undefined}
    />
  );
}
