import dayjs from "dayjs";
import ro from "dayjs/locale/ro";

const small = (names: ILocale["months"]) => names?.map((name) => name.toLocaleLowerCase("ro"));

/** For the calendars: Romanian writes its months small. */
dayjs.locale(
  { ...ro, months: small(ro.months), monthsShort: small(ro.monthsShort) },
  undefined,
  true,
);
