import dayjs from "dayjs";
import ro from "dayjs/locale/ro";

const lowerCase = (names: ILocale["months"]) => names?.map((name) => name.toLocaleLowerCase("ro"));

/** Romanian month names are written in lower case; dayjs capitalises them. */
dayjs.locale(
  { ...ro, months: lowerCase(ro.months), monthsShort: lowerCase(ro.monthsShort) },
  undefined,
  true,
);
