"""The pure arithmetic of meters: exact energy, quarter hours, and the local hours, days and months they add up to.

A *slot* is the number of a quarter hour since 1970-01-01T00:00Z. Every zone's offset since 2000 is a whole number of
quarter hours, so local hours and days are always whole slots. Energy is a whole number of milliwatt-hours.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation, Overflow
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
QUARTER_SECONDS = 900
QUARTER_MS = QUARTER_SECONDS * 1000
QUARTERS_A_DAY = 96
MWH_PER_KWH = 1_000_000
MWH_PER_UNIT = {"Wh": 1_000, "kWh": MWH_PER_KWH, "MWh": 1_000_000_000}
LARGEST_ENERGY = 10**15
"""mWh (a billion kWh): no reading means more, and sums of it stay far inside 64 bits."""
LARGEST_VALUE = {unit: Decimal(LARGEST_ENERGY) / energy for unit, energy in MWH_PER_UNIT.items()}
_NONE, _LARGEST = Decimal(0), Decimal(LARGEST_ENERGY)
CRITICAL_RATIO = Decimal("1.5")

Resolution = Literal["quarter_hour", "hour", "day", "month", "year"]


class UnusableValueError(ValueError):
    """A measurement that cannot be energy; `code` is the reason for the rejection."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


def energy_of(value: Decimal, unit: str) -> int:
    """The energy, in mWh, of an `interval` measurement; finer than that is rounded half to even.

    Raises `UnusableValueError` for NaN, infinities, negatives and more than `LARGEST_ENERGY`.
    """
    try:
        energy = value * MWH_PER_UNIT[unit]
        if _NONE <= energy <= _LARGEST:
            whole = int(energy)
            return whole if whole == energy else int(energy.to_integral_value(ROUND_HALF_EVEN))
    except (InvalidOperation, Overflow):
        pass  # NaN cannot be compared, and some exponents cannot be multiplied: named below
    if not value.is_finite():
        raise UnusableValueError("not_finite", "measurement_value must be a finite number")
    if value < 0:
        raise UnusableValueError("negative_energy", "measurement_value must be 0 or more for an interval meter")
    raise UnusableValueError("too_large", "measurement_value must not be over 1,000,000,000 kWh")


def kwh(energy: int) -> float:
    """Milliwatt-hours as kWh for the outside: six decimals, the nearest double."""
    return energy / MWH_PER_KWH


def exact_kwh(energy: int) -> Decimal:
    """Milliwatt-hours as kWh without any rounding."""
    return Decimal(energy) / MWH_PER_KWH


def slot_of(at_ms: int) -> int:
    """The quarter hour a reading counts in: the one that contains its timestamp (epoch milliseconds)."""
    return at_ms // QUARTER_MS


def slot_at(instant: datetime) -> int:
    """The quarter hour that contains an aware instant."""
    return int(instant.timestamp()) // QUARTER_SECONDS


def start_text(slot: int) -> str:
    """The first instant of a slot as ISO 8601 in UTC."""
    return f"{start_of(slot):%Y-%m-%dT%H:%M:%SZ}"


def start_of(slot: int) -> datetime:
    """The first instant of a slot, in UTC."""
    return datetime.fromtimestamp(slot * QUARTER_SECONDS, UTC)


def load_profile(readings: Mapping[int, int] | Iterable[tuple[int, int]]) -> dict[int, int]:
    """The load profile {slot: mWh} of an `interval` meter's readings {epoch ms: mWh}: what storage must equal."""
    profile: dict[int, int] = {}
    for at_ms, energy in dict(readings).items():
        slot = slot_of(at_ms)
        profile[slot] = profile.get(slot, 0) + energy
    return profile


def instant_of(at_ms: int) -> datetime:
    """The instant of epoch milliseconds, exact, in UTC."""
    return EPOCH + timedelta(milliseconds=at_ms)


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
    offset = datetime.fromtimestamp(slot * QUARTER_SECONDS, _place(zone)).utcoffset()
    return 0 if offset is None else int(offset.total_seconds()) // QUARTER_SECONDS


@lru_cache(maxsize=1_000)
def _place(zone: str) -> ZoneInfo:
    return ZoneInfo(zone)


def day_start(day: date, zone: str) -> int:
    """The first slot of a local date."""
    return slot_at(datetime(day.year, day.month, day.day, tzinfo=_place(zone)))


def local_date(slot: int, zone: str) -> date:
    """The local date a slot lies in."""
    return start_of(slot).astimezone(_place(zone)).date()


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
    begin = _truncated(local_date(first, zone), resolution)
    edges = [day_start(begin, zone)]
    while edges[-1] < after:
        begin = following(begin, resolution)
        edge = day_start(begin, zone)
        if edge > edges[-1]:  # Samoa had no 30 December 2011: a date without any time is no interval
            edges.append(edge)
    # A clock set back over midnight repeats the evening of a date whose interval is over by then.
    return edges if edges[1] > first else edges[1:]


def _truncated(day: date, resolution: Resolution) -> date:
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
    return day + timedelta(days=1)


def severity_of(energy: int, limit: int) -> Literal["warning", "critical"]:
    """How far beyond: `critical` from one and a half times the limit."""
    return "critical" if energy >= limit * CRITICAL_RATIO else "warning"


def mean_power_w(energy: int, from_ms: int, to_ms: int) -> float | None:
    """The mean power, in W, of `energy` used between two instants; None when no time passed."""
    milliseconds = to_ms - from_ms
    return round(energy * 3600 / milliseconds, 1) if milliseconds > 0 else None
