"""Periods of time that requests choose."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Period:
    """The instants [begin, end), in UTC; None is no bound."""

    begin: datetime | None = None
    end: datetime | None = None


ALL_TIME = Period()


@dataclass(frozen=True, slots=True)
class BoundedPeriod(Period):
    begin: datetime
    end: datetime
