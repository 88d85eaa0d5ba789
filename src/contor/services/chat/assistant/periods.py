"""Periods of whole local days, and the previous period that each is compared with."""

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Kind = Literal["day", "week", "month", "year", "span"]
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Local days from `first` to `last`, both included; `last` may be in the future."""

    kind: Kind
    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def previous(self) -> "Period":
        """The period of the same kind that ends on the day before this one."""
        end = self.first - ONE_DAY
        if self.kind == "month":
            return month_of(end)
        if self.kind == "year":
            return year_of(end)
        return Period(self.kind, self.first - timedelta(days=self.days), end)

    def bounds(self, zone: str) -> tuple[datetime, datetime]:
        """Start (included) and end (excluded), in UTC, of these days in a time zone."""
        return _start_of_day(self.first, zone), _start_of_day(self.last + ONE_DAY, zone)


def _start_of_day(day: date, zone: str) -> datetime:
    """Local midnight; where the clock skips midnight, the first instant of the day."""
    return datetime.combine(day, datetime.min.time(), ZoneInfo(zone)).astimezone(UTC)


def day_of(day: date) -> Period:
    return Period("day", day, day)


def week_of(day: date) -> Period:
    """Monday to Sunday."""
    first = day - timedelta(days=day.weekday())
    return Period("week", first, first + timedelta(days=6))


def month_of(day: date) -> Period:
    last = calendar.monthrange(day.year, day.month)[1]
    return Period("month", day.replace(day=1), day.replace(day=last))


def year_of(day: date) -> Period:
    return Period("year", date(day.year, 1, 1), date(day.year, 12, 31))


def last_days(count: int, today: date) -> Period:
    """The last `count` days, today included."""
    return Period("span", today - timedelta(days=count - 1), today)


def between(first: date, last: date, today: date) -> Period:
    """The days from `first` to `last`; a whole day, week, month or year, or one up to today, gets that kind."""
    for whole in (day_of(first), month_of(first), week_of(first), year_of(first)):
        if whole.first == first and (last == whole.last or last == today <= whole.last):
            return whole
    return Period("span", first, last)
