"""Quarter hours, and the local hours, days, weeks, months and years they add up to.

A *slot* is the number of a quarter hour since 1970-01-01T00:00Z. Every zone's offset since 2010 is a whole number of
quarter hours, so local hours and days are always whole slots.
"""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST = datetime(2010, 1, 1, tzinfo=UTC)
"""Load profiles begin here; older timestamps are of clocks that were never set."""
QUARTER_SECONDS = 900
QUARTER_MS = QUARTER_SECONDS * 1000
QUARTERS_A_DAY = 96
QUARTER = timedelta(seconds=QUARTER_SECONDS)

Resolution = Literal["quarter_hour", "hour", "day", "week", "month", "year"]
MIN_SLOTS: dict[Resolution, int] = {
    "quarter_hour": 1,
    "hour": 4,
    "day": 96,
    "week": 7 * 96,
    "month": 28 * 96,
    "year": 365 * 96,
}
"""Slots of an interval, clock changes aside; the finest resolution first."""
AUTOMATIC: dict[Resolution, int] = {"quarter_hour": 2 * 96, "hour": 62 * 96, "day": 3 * 366 * 96}
"""Slots of the longest period that has this resolution when none is asked for; longer ones have months."""


def slot_of(at_ms: int) -> int:
    """The quarter hour a reading counts in: the one that contains its timestamp (epoch milliseconds)."""
    return at_ms // QUARTER_MS


def slot_at(instant: datetime) -> int:
    """The quarter hour that contains an aware instant."""
    return int(instant.timestamp()) // QUARTER_SECONDS


def slot_after(instant: datetime) -> int:
    """The first quarter hour that begins at or after an aware instant."""
    return -((EPOCH - instant) // QUARTER)


def start_text(slot: int) -> str:
    """The first instant of a slot as ISO 8601 in UTC."""
    return f"{start_of(slot):%Y-%m-%dT%H:%M:%SZ}"


def start_of(slot: int) -> datetime:
    """The first instant of a slot, in UTC."""
    return datetime.fromtimestamp(slot * QUARTER_SECONDS, UTC)


def instant_of(at_ms: int) -> datetime:
    """The instant of epoch milliseconds, exact, in UTC."""
    return EPOCH + timedelta(milliseconds=at_ms)


def instant_text(at_ms: int) -> str:
    """Epoch milliseconds as ISO 8601 in UTC."""
    return instant_of(at_ms).isoformat().replace("+00:00", "Z")


def first_ms(instant: datetime) -> int:
    """The first whole epoch millisecond at or after an aware instant."""
    return -((EPOCH - instant) // timedelta(milliseconds=1))


@lru_cache(maxsize=200_000)
def hour_of(slot: int, zone: str) -> tuple[int, int]:
    """The local clock hour around a slot, as (first slot, slot after the last).

    An hour is a run of quarter hours with one local date, hour and offset: the hour repeated when summer time
    ends counts twice, and a half-hour change (Lord Howe) makes a short one.
    """
    shift = _offset(slot, zone)
    first = (slot + shift) // 4 * 4 - shift
    after = first + 4
    while _offset(first, zone) != shift:
        first += 1
    while _offset(after - 1, zone) != shift:
        after -= 1
    return first, after


@lru_cache(maxsize=50_000)
def _offset(slot: int, zone: str) -> int:
    """How far local time is ahead of UTC, in quarter hours."""
    offset = datetime.fromtimestamp(slot * QUARTER_SECONDS, _zone_info(zone)).utcoffset()
    return 0 if offset is None else int(offset.total_seconds()) // QUARTER_SECONDS


@lru_cache(maxsize=1_000)
def _zone_info(zone: str) -> ZoneInfo:
    return ZoneInfo(zone)


def day_start(day: date, zone: str) -> int:
    """The first slot of a local date."""
    return slot_at(datetime(day.year, day.month, day.day, tzinfo=_zone_info(zone)))


def local_date(slot: int, zone: str) -> date:
    """The local date a slot lies in."""
    return start_of(slot).astimezone(_zone_info(zone)).date()


def automatic_resolution(first: int, after: int) -> Resolution:
    """The resolution that shows the slots [first, after) in at most some 1,500 intervals, for the next 100 years."""
    return next((resolution for resolution, longest in AUTOMATIC.items() if after - first <= longest), "month")


def boundaries(first: int, after: int, resolution: Resolution, zone: str) -> list[int]:
    """Starts of the local intervals that cover the slots [first, after), then the end of the last.

    The first and last interval are whole: they may reach beyond the range asked for.
    """
    after = max(after, first + 1)
    if resolution == "quarter_hour":
        return list(range(first, after + 1))
    if resolution == "hour":
        return _hours(first, after, zone)
    return _calendar(first, after, resolution, zone)


def _hours(first: int, after: int, zone: str) -> list[int]:
    starts: list[int] = []
    begin = hour_of(first, zone)[0]
    end = hour_of(after - 1, zone)[1]
    while begin < end:
        # Between two instants a day apart with one offset the clock did not change: after a whole hour, whole hours
        # follow. The short one that a half-hour change leaves must end first.
        stretch = min(begin + QUARTERS_A_DAY, end)
        if _offset(begin, zone) == _offset(stretch, zone) and hour_of(begin, zone)[1] == begin + 4:
            hours = range(begin, stretch, 4)
            starts.extend(hours)
            begin = hours[-1] + 4
        else:
            starts.append(begin)
            begin = hour_of(begin, zone)[1]
    return [*starts, end]


def _calendar(first: int, after: int, resolution: Resolution, zone: str) -> list[int]:
    begin = _truncate(local_date(first, zone), resolution)
    edges = [day_start(begin, zone)]
    while edges[-1] < after:
        begin = following(begin, resolution)
        edge = day_start(begin, zone)
        if edge > edges[-1]:  # Samoa had no 30 December 2011: a date without any time is no interval
            edges.append(edge)
    # A clock set back over midnight repeats the evening of a date whose interval is over by then.
    return edges if edges[1] > first else edges[1:]


def _truncate(day: date, resolution: Resolution) -> date:
    if resolution == "week":
        return day - timedelta(days=day.weekday())
    if resolution == "month":
        return day.replace(day=1)
    if resolution == "year":
        return day.replace(month=1, day=1)
    return day


def following(day: date, resolution: Resolution) -> date:
    """The first date of the calendar interval after the one that begins on `day`."""
    if resolution == "year":
        return day.replace(year=day.year + 1)
    if resolution == "month":
        return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return day + timedelta(days=7 if resolution == "week" else 1)
