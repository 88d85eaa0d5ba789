"""Energy as whole milliwatt-hours: exact sums inside, kilowatt-hours and watts for the outside."""

from decimal import Decimal

MWH_PER_KWH = 1_000_000
MAX_ENERGY = 10**15
"""mWh (a billion kWh) of one reading, so that sums of readings stay far inside 64 bits."""


class InvalidValueError(ValueError):
    """A measurement value that its kind refuses; `code` is the reason of the rejection."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


def kwh(energy: int) -> float:
    """Milliwatt-hours as the nearest double of kWh."""
    return energy / MWH_PER_KWH


def exact_kwh(energy: int) -> Decimal:
    return Decimal(energy) / MWH_PER_KWH


def mean_power_w(energy: int, from_ms: int | None, to_ms: int) -> float | None:
    """Mean power in W of `energy` (mWh) used between two instants; None without the first or when no time passed."""
    if from_ms is None or from_ms >= to_ms:
        return None
    return round(energy * 3600 / (to_ms - from_ms), 1)
