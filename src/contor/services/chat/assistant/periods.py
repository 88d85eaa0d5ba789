"""Spans of local days, and the span before each that it is compared with."""

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Kind = Literal["day", "week", "month", "year", "span"]
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Local days from `first` to `last`, both included; `last` may lie ahead while the period runs."""

    kind: Kind
    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def before(self) -> "Period":
        """The period of the same kind that ends where this one begins."""
        end = self.first - ONE_DAY
        if self.kind == "month":
            return month_of(end)
        if self.kind == "year":
            return year_of(end)
        return Period(self.kind, self.first - timedelta(days=self.days), end)

    def bounds(self, zone: str) -> tuple[datetime, datetime]:
        """The instants, in UTC, between which these days lie in that time zone; the end is not included."""
        return start_of_day(self.first, zone), start_of_day(self.last + ONE_DAY, zone)


def start_of_day(day: date, zone: str) -> datetime:
    """Midnight there; where the clock jumps over midnight, the first instant of the day."""
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
    """So many days, today included."""
    return Period("span", today - timedelta(days=count - 1), today)


def between(first: date, last: date, today: date) -> Period:
    """The period from one day to another, named by its kind when it is a whole day, month, week or year so far."""
    for whole in (day_of(first), month_of(first), week_of(first), year_of(first)):
        if whole.first == first and (last == whole.last or last == today <= whole.last):
            return whole
    return Period("span", first, last)
