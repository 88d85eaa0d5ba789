import { SimpleGrid } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Summary } from "@/api/types";
import { Amount } from "@/components/Amount";
import { LimitBar } from "@/components/LimitBar";
import { useFormat } from "@/i18n/format";
import { Figure } from "./Figure";
import { PercentChange } from "./PercentChange";
import { totals } from "./totals";

/** The totals of all of a client's meters. */
export function TotalFigures({ summaries }: { summaries: Summary[] }) {
  const { t } = useTranslation("meters");
  const format = useFormat();
  const all = totals(summaries);
  return (
    <section aria-label={t("now")}>
      <SimpleGrid cols={{ base: 1, xs: 3 }} spacing={{ base: "sm", sm: "md" }}>
        <Figure label={t("thisHour")} value={<Amount value={all.hour} live />}>
          <LimitBar
            label={t("thisHour")}
            energy={all.hour}
            limit={all.limit}
            silent={all.hour === null}
            note={all.silent > 0 ? t("silentMeters", { count: all.silent }) : undefined}
          />
        </Figure>
        <Figure label={t("today")} value={<Amount value={all.today} live />}>
          <PercentChange now={all.today} before={all.yesterday} />
          {t("yesterdaySameTime", { value: format.kwh(all.yesterday) })}
        </Figure>
        <Figure label={t("month")} value={<Amount value={all.month} />}>
          <PercentChange now={all.month} before={all.lastMonth} />
          {t("lastMonthToDate", { value: format.kwh(all.lastMonth) })}
        </Figure>
      </SimpleGrid>
    </section>
  );
}
