"""Parses durations, instants and timestamps."""

import re
from datetime import UTC, datetime

from contor.contracts.readings import epoch_ms
from contor.simulator.errors import SimulatorError

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_DURATION = re.compile(r"(\d+)([smhdw])")
_EPOCH_MS = re.compile(r"\d{12,14}")


def parse_duration(text: str) -> int:
    """Seconds of `10s`, `1m`, `10m`, `2h`, `30d`. Raises `SimulatorError` for anything else and for zero."""
    match = _DURATION.fullmatch(text.strip().lower())
    if match is None or int(match[1]) == 0:
        raise SimulatorError(f"“{text}” is not a duration: write it like 10s, 1m, 10m, 2h or 30d")
    return int(match[1]) * _SECONDS[match[2]]


def parse_instant(text: str, now: float) -> int:
    """Epoch seconds of a duration before `now` (`30d`), an ISO 8601 time with offset, or a date (UTC)."""
    if _DURATION.fullmatch(text.strip().lower()):
        return int(now) - parse_duration(text)
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise SimulatorError(f"“{text}” is not a time: write 30d, 2026-01-31 or 2026-01-31T00:00:00+02:00") from None
    if moment.tzinfo is None:
        if len(text.strip()) > len("2026-01-31"):
            raise SimulatorError(f"“{text}” has no offset: end it with Z or +02:00")
        moment = moment.replace(tzinfo=UTC)
    return int(moment.timestamp())


def parse_timestamp(text: str) -> int:
    """Epoch milliseconds of a reading's time: epoch milliseconds or ISO 8601 with offset, else ValueError."""
    text = text.strip()
    if _EPOCH_MS.fullmatch(text):
        return int(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"“{text}” is not a time (ISO 8601 with offset, or epoch milliseconds)") from None
    if moment.tzinfo is None:
        raise ValueError(f"“{text}” has no offset (end it with Z or +02:00)")
    return epoch_ms(moment)
