import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Language } from "./index";
import { dayIn } from "./zone";
import { browserZone } from "./zones";

/** British English: day first and a 24-hour clock. */
const tags: Record<Language, string> = { en: "en-GB", ro: "ro-RO" };

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

type When = Date | string | number;

export type Format = ReturnType<typeof formatFor>;

/** Formats numbers and dates; without a `zone`, dates use the browser's time zone. */
export function formatFor(language: Language) {
  const tag = tags[language];
  const decimals = (digits: number, least = 0) =>
    new Intl.NumberFormat(tag, { minimumFractionDigits: least, maximumFractionDigits: digits });
  const upTo2 = decimals(2);
  const exactly2 = decimals(2, 2);
  const percents = new Intl.NumberFormat(tag, { style: "percent", maximumFractionDigits: 0 });
  const relatives = new Intl.RelativeTimeFormat(tag, { numeric: "auto", style: "short" });
  const clocks = new Map<string, Intl.DateTimeFormat>();
  const dated = (options: Intl.DateTimeFormatOptions) => (when: When, zone?: string) => {
    const key = `${zone}${JSON.stringify(options)}`;
    let clock = clocks.get(key);
    if (!clock) {
      clock = new Intl.DateTimeFormat(tag, { ...options, timeZone: zone });
      clocks.set(key, clock);
    }
    return clock.format(new Date(when));
  };
  const time = dated({ hour: "2-digit", minute: "2-digit" });
  const dateTime = dated({
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  });
  return {
    language,
    number: (value: number, digits = 2) => (digits === 2 ? upTo2 : decimals(digits)).format(value),
    /** Always two decimals, for columns of numbers. */
    exact2: (value: number) => exactly2.format(value),
    kwhExact: (value: number) => `${exactly2.format(value)} kWh`,
    kwh: (value: number) => `${upTo2.format(value)} kWh`,
    watts: (value: number) =>
      Math.abs(value) >= 1000
        ? `${upTo2.format(value / 1000)} kW`
        : `${decimals(0).format(value)} W`,
    percent: (ratio: number) => percents.format(ratio),
    time,
    date: dated({ day: "numeric", month: "short", year: "numeric" }),
    dayMonth: dated({ day: "numeric", month: "short" }),
    longDate: dated({ weekday: "long", day: "numeric", month: "long", year: "numeric" }),
    month: dated({ month: "long", year: "numeric" }),
    shortMonth: dated({ month: "short" }),
    year: dated({ year: "numeric" }),
    dateTime,
    /** The time alone for today, with the date for another day. */
    timeOrDate: (when: When, zone = browserZone()) =>
      (dayIn(zone, when) === dayIn(zone, Date.now()) ? time : dateTime)(when, zone),
    exact: dated({
      day: "numeric",
      month: "long",
      year: "numeric",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      timeZoneName: "short",
    }),
    relative: (when: When, now: number = Date.now()) => {
      const seconds = Math.round((new Date(when).getTime() - now) / 1000);
      const [unit, size] = steps.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
      return relatives.format(Math.trunc(seconds / size), unit);
    },
  };
}

export function useFormat(): Format {
  const { i18n } = useTranslation();
  return useMemo(() => formatFor(i18n.language as Language), [i18n.language]);
}
