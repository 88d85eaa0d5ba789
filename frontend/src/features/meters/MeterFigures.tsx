import { SimpleGrid } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Summary } from "@/api/types";
import { Amount } from "@/components/Amount";
import { LimitBar } from "@/components/LimitBar";
import { RelativeTime } from "@/components/RelativeTime";
import { useFormat } from "@/i18n/format";
import { Figure } from "./Figure";
import { PercentChange } from "./PercentChange";

export function MeterFigures({ summary }: { summary: Summary }) {
  const { t } = useTranslation("meters");
  const format = useFormat();
  const { hour, limit_kwh, power_w, last_reading_at, time_zone } = summary;
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }} spacing={{ base: "sm", sm: "md" }}>
      <Figure label={t("power")} value={<Amount value={power_w} unit="W" live />}>
        {t("lastReading")}: <RelativeTime at={last_reading_at} zone={time_zone} />
      </Figure>
      <Figure label={t("thisHour")} value={<Amount value={hour.energy_kwh} live />}>
        <LimitBar label={t("thisHour")} energy={hour.energy_kwh} limit={limit_kwh} />
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
