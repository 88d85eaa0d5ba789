"""The timestamp of a reading: from every form that means one instant to whole epoch milliseconds."""

import math
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from contor.contracts.readings import epoch_ms
from contor.services.monitoring.ingestion.rejections import InvalidReadingError, quoted
from contor.services.monitoring.metering.slots import EARLIEST

EARLIEST_MS: Final = epoch_ms(EARLIEST)
ACCEPTED = "epoch milliseconds such as 1732250400000, or ISO 8601 with an offset such as 2024-11-22T04:40:00Z"
CHECK_CLOCK = "check the clock of the sender"

_OTHER_UNITS = (
    ("seconds", 10**9, Decimal(1000)),
    ("microseconds", 10**15, Decimal("1e-3")),
    ("nanoseconds", 10**18, Decimal("1e-6")),
)
"""Numbers with as many digits as the dates since 2001 have in units of epoch time that are not milliseconds: name,
smallest such number, milliseconds in one."""
_MAX_LENGTH = 100
_NUMBER = re.compile(r"[0-9]+(\.[0-9]*)?")
_DAY_END = re.compile(r"(.{7,10}[Tt ])24((?::?00){1,2}(?:[.,]0+)?)(\D.*)?")
_LEAP_SECOND = re.compile(r"(.{7,10}[Tt ][0-9]{2}:?[0-9]{2}:?)60(?:[.,][0-9]+)?(\D.*)?")
_FAULT_OF_A_PART = re.compile(r"(year|month|day|hour|minute|second)\b.*")
_JSON_NAMES = {dict: "an object", list: "an array", bool: "true or false"}


def instant_ms(given: Any, latest: int) -> int:
    """Whole epoch milliseconds from 2010 to `latest`; fractions are cut. Raises `InvalidReadingError`."""
    at_ms: int | Decimal
    if isinstance(given, str) and not (len(given) > 8 and given[:9].isdigit()):  # eight digits may be a date
        at_ms = epoch_ms(_instant(given))
    else:
        at_ms = _number(given)
        _require_milliseconds(at_ms)
    if EARLIEST_MS <= at_ms <= latest:
        return math.floor(at_ms)
    if at_ms < EARLIEST_MS:
        raise _error("time_too_old", given, f"is before {_iso(EARLIEST_MS)}, the earliest accepted time; {CHECK_CLOCK}")
    raise _error("time_in_future", given, f"is after {_iso(latest)}, the latest time accepted now; {CHECK_CLOCK}")


def _number(given: Any) -> int | Decimal:
    if isinstance(given, int) and not isinstance(given, bool):
        return given
    if isinstance(given, float | Decimal) or (isinstance(given, str) and _NUMBER.fullmatch(given)):
        number = Decimal(str(given))
        if number.is_finite():
            return number
    if isinstance(given, dict | list | bool):
        raise InvalidReadingError(
            "timestamp", "wrong_type", f"timestamp is {_JSON_NAMES[type(given)]}; send {ACCEPTED}"
        )
    raise _error("wrong_type", given, f"is no time; send {ACCEPTED}")


def _require_milliseconds(number: int | Decimal) -> None:
    for name, smallest, milliseconds in _OTHER_UNITS:
        if smallest <= number < 10 * smallest:
            advice = f"looks like epoch {name}; send milliseconds: {math.floor(number * milliseconds)}"
            raise _error("not_milliseconds", number, advice)


def _instant(text: str) -> datetime:
    try:
        instant = _parsed(text)
    except ValueError as error:
        # Python names a part that is out of its range ("month must be in 1..12"), else only repeats the text.
        fault = f"is no time: {error}" if _FAULT_OF_A_PART.fullmatch(str(error)) else "is no time"
        raise _error("wrong_type", text, f"{fault}; send {ACCEPTED}") from error
    if instant.tzinfo is None:
        raise _error("no_time_zone_offset", text, "has no offset; add Z for UTC, or an offset such as +02:00")
    return instant


def _parsed(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        text = re.sub("z$", "Z", text.strip()[:_MAX_LENGTH])
        if day_end := _DAY_END.fullmatch(text):
            start, rest, offset = day_end.groups("")
            return _next_day(datetime.fromisoformat(f"{start}00{rest}{offset}"))
        if leap_second := _LEAP_SECOND.fullmatch(text):
            # Epoch time does not count it. As the last millisecond before it, it stays in its quarter hour.
            start, offset = leap_second.groups("")
            return datetime.fromisoformat(f"{start}59.999{offset}")
        return datetime.fromisoformat(text)


def _next_day(midnight: datetime) -> datetime:
    try:
        return midnight + timedelta(days=1)
    except OverflowError:  # the last day of the calendar: as far ahead as a time can be
        return datetime.max.replace(tzinfo=midnight.tzinfo)


def _error(code: str, given: Any, fault: str) -> InvalidReadingError:
    return InvalidReadingError("timestamp", code, f"timestamp {quoted(given)} {fault}")


def _iso(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(at_ms // 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"
