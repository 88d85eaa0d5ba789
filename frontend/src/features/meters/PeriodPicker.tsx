import "@mantine/dates/styles.css";
import "@/i18n/romanianDates";
import { ActionIcon, Group, SegmentedControl, Select } from "@mantine/core";
import { DatePickerInput, DatesProvider, MonthPickerInput, YearPickerInput } from "@mantine/dates";
import { useMediaQuery } from "@mantine/hooks";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/i18n/format";
import {
  type CalendarPeriod,
  type Comparison,
  comparisons,
  comparisonsOf,
  firstDay,
  isCalendar,
  shiftDate,
} from "./period";
import { type Period, periods } from "./search";
import { periodName } from "./slotNames";

type Props = {
  period: Period;
  date: string;
  today: string;
  first: string | undefined;
  comparison: Comparison | null;
  onPeriod: (period: Period) => void;
  onDate: (date: string) => void;
  onCompare: (comparison: Comparison | null) => void;
};

export function PeriodPicker(props: Props) {
  const { t } = useTranslation("meters");
  const { period, comparison, onPeriod, onCompare } = props;
  const narrow = useMediaQuery("(max-width: 36em)");
  const data = periods.map((value) => ({ value, label: t(`period.${value}`) }));
  const offered = comparisonsOf(period);
  return (
    <Group gap="sm">
      {narrow ? (
        <Select
          aria-label={t("period.label")}
          data={data}
          value={period}
          allowDeselect={false}
          w="100%"
          onChange={(value) => onPeriod(value as Period)}
        />
      ) : (
        <SegmentedControl
          aria-label={t("period.label")}
          data={data}
          value={period}
          onChange={(value) => onPeriod(value as Period)}
        />
      )}
      {isCalendar(period) && <Calendar {...props} period={period} />}
      {offered.length > 0 && (
        <Select
          aria-label={t("compare.label")}
          w={narrow ? "100%" : 230}
          value={comparison ?? "none"}
          allowDeselect={false}
          onChange={(value) => onCompare(comparisons.find((one) => one === value) ?? null)}
          data={[
            { value: "none", label: t("compare.none") },
            ...offered.map((value) => ({ value, label: t(`compare.${value}`) })),
          ]}
        />
      )}
    </Group>
  );
}

function Calendar({ period, date, today, first, onDate }: Props & { period: CalendarPeriod }) {
  const { t, i18n } = useTranslation("meters");
  const format = useFormat();
  const name = periodName(period, date, format);
  const shared = {
    // The name of a button begins with the text on it.
    "aria-label": `${name}. ${t(`period.pick.${period}`)}`,
    valueFormatter: () => name,
    value: firstDay(period, date),
    onChange: (value: string | null) => value !== null && onDate(value),
    maxDate: today,
    minDate: first && firstDay(period, first),
    popoverProps: { withinPortal: true },
  };
  return (
    <DatesProvider settings={{ locale: i18n.language, firstDayOfWeek: 1 }}>
      <Group gap={4} wrap="nowrap">
        <ActionIcon
          variant="default"
          size="lg"
          aria-label={t("period.previous")}
          onClick={() => onDate(shiftDate(period, date, -1))}
        >
          <IconChevronLeft size={18} />
        </ActionIcon>
        {(period === "day" || period === "week") && <DatePickerInput miw={170} {...shared} />}
        {period === "month" && <MonthPickerInput miw={150} {...shared} />}
        {period === "year" && <YearPickerInput miw={90} {...shared} />}
        <ActionIcon
          variant="default"
          size="lg"
          aria-label={t("period.next")}
          disabled={shiftDate(period, date, 1) > today}
          onClick={() => onDate(shiftDate(period, date, 1))}
        >
          <IconChevronRight size={18} />
        </ActionIcon>
      </Group>
    </DatesProvider>
  );
}
