"""Energy as whole milliwatt-hours: exact sums inside, kilowatt-hours and watts for the outside."""

from decimal import Decimal

MWH_PER_KWH = 1_000_000
MAX_ENERGY = 10**15
"""mWh (a billion kWh) of one reading, so that sums of readings stay far inside 64 bits."""
MAX_POWER_MS = 2 * 3_600_000
"""Longest time between readings over which a mean power is stated."""


class InvalidValueError(ValueError):
    """A measurement value that its kind refuses; `code` is the reason of the rejection."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


def kwh(energy: float) -> float:
    """Milliwatt-hours as the nearest double of kWh."""
    return energy / MWH_PER_KWH


def exact_kwh(energy: int) -> Decimal:
    return Decimal(energy) / MWH_PER_KWH


def mean_power_w(energy: float, from_ms: int | None, to_ms: int) -> float | None:
    """Mean power in W of `energy` (mWh) used between two instants.

    None without the first, when no time passed, and beyond two hours: a mean over so long says nothing about now.
    """
    if from_ms is None or not 0 < to_ms - from_ms <= MAX_POWER_MS:
        return None
    return round(energy * 3600 / (to_ms - from_ms), 1)
