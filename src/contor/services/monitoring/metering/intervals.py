"""Where the interval of a reading lies, and how its energy is spread over quarter hours."""

from collections.abc import Iterator
from typing import NamedTuple

from contor.services.monitoring.metering.slots import QUARTER_MS

MS_PER_MINUTE = 60_000


class Interval(NamedTuple):
    """The interval of a reading: it begins `back` ms before the timestamp and is `length` ms long.

    Without a stated interval it is one millisecond long, so that a reading counts whole in one quarter hour.
    """

    back: int = 0
    length: int = 1

    @classmethod
    def of(cls, stamp: str, minutes: int | None) -> "Interval":
        """`stamp`: which end of the interval the timestamp marks, `start` or `end`."""
        length = 1 if minutes is None else minutes * MS_PER_MINUTE
        return cls(length if stamp == "end" else 0, length)

    @property
    def stated(self) -> bool:
        return self.length > 1


class Share(NamedTuple):
    """The part of a reading's energy (µWh) that lies in a quarter hour, and the ms of it that the reading covers."""

    slot: int
    energy: int
    covered: int


def spread(at_ms: int, energy: int, interval: Interval) -> Iterator[Share]:
    """Shares in proportion to time; they add up exactly. SQL: `repository.profile.SHARES`."""
    begin = at_ms - interval.back
    end = begin + interval.length
    for slot in range(begin // QUARTER_MS, (end - 1) // QUARTER_MS + 1):
        low = max(slot * QUARTER_MS, begin) - begin
        high = min((slot + 1) * QUARTER_MS, end) - begin
        yield Share(slot, energy * high // interval.length - energy * low // interval.length, high - low)
