import { SimpleGrid } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Summary } from "@/api/types";
import { Amount } from "@/components/Amount";
import { currentHour } from "@/components/currentHour";
import { HourBar } from "@/components/HourBar";
import { RelativeTime } from "@/components/RelativeTime";
import { useFormat } from "@/i18n/format";
import { Figure } from "./Figure";
import { PercentChange } from "./PercentChange";

export function MeterFigures({ summary }: { summary: Summary }) {
  const { t } = useTranslation("meters");
  const format = useFormat();
  const { energy, noDataSince } = currentHour(summary);
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }} spacing={{ base: "sm", sm: "md" }}>
      <Power summary={summary} />
      <Figure
        label={t("thisHour")}
        value={<Amount value={energy} c={noDataSince ? "dimmed" : undefined} live />}
      >
        <HourBar label={t("thisHour")} summary={summary} />
      </Figure>
      <Figure label={t("today")} value={<Amount value={summary.today_kwh} live />}>
        <PercentChange now={summary.today_kwh} before={summary.yesterday_same_time_kwh} />
        {t("yesterdaySameTime", { value: format.kwh(summary.yesterday_same_time_kwh) })}
      </Figure>
      <Figure label={t("month")} value={<Amount value={summary.month_kwh} />}>
        <PercentChange now={summary.month_kwh} before={summary.last_month_same_time_kwh} />
        {t("lastMonthToDate", { value: format.kwh(summary.last_month_same_time_kwh) })}
      </Figure>
    </SimpleGrid>
  );
}

/** Of a silent meter the last power, grey and with its time. */
function Power({ summary }: { summary: Summary }) {
  const { t } = useTranslation(["meters", "common"]);
  const format = useFormat();
  const { state, power_w, last_power_w, last_reading_at, time_zone } = summary;
  if (state === "silent" && last_reading_at !== null) {
    const time = format.timeOrDate(last_reading_at, time_zone);
    const text =
      last_power_w === null ? t("common:limit.noDataSince", { time }) : t("atTime", { time });
    return (
      <Figure label={t("lastPower")} value={<Amount value={last_power_w} unit="W" c="dimmed" />}>
        {text}
      </Figure>
    );
  }
  return (
    <Figure label={t("power")} value={<Amount value={power_w} unit="W" live />}>
      {t("lastReading")}: <RelativeTime at={last_reading_at} zone={time_zone} />
    </Figure>
  );
}
