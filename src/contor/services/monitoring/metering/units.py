"""Energy as whole microwatt-hours: exact sums inside, kilowatt-hours and watts for the outside."""

from collections.abc import Iterable
from decimal import Decimal

UWH_PER_KWH = 1_000_000_000
UWH_PER_MWH = 1_000
MWH_PER_KWH = 1_000_000
MWH_OF_KWH = Decimal("0.000001")
"""The resolution of energies outside: a milliwatt-hour in kWh."""
MAX_POWER_MS = 2 * 3_600_000
"""Longest time between readings over which a mean power is stated."""


class InvalidValueError(ValueError):
    """A measurement value that its kind refuses; `code` is the reason of the rejection."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


def kwh(energy: float | Decimal) -> float:
    """Microwatt-hours as the nearest double of `exact_kwh`."""
    return round(energy / UWH_PER_MWH) / MWH_PER_KWH


def all_kwh(energies: Iterable[float | Decimal | None]) -> list[float]:
    """`kwh` of each, 0 for None. Inline, because a call for each takes twice the time."""
    return [0.0 if energy is None else round(energy / UWH_PER_MWH) / MWH_PER_KWH for energy in energies]


def exact_kwh(energy: int | Decimal) -> Decimal:
    """Microwatt-hours in kWh, to the milliwatt-hour."""
    return (Decimal(energy) / UWH_PER_KWH).quantize(MWH_OF_KWH)


def energy_of_power(max_power: int, minutes: int) -> int:
    """Energy (µWh) of a power (mW) over minutes."""
    return max_power * minutes * 1000 // 60


def mean_power_w(energy: float, from_ms: int | None, to_ms: int) -> float | None:
    """Mean power in W of `energy` (µWh) used between two instants.

    None without the first, when no time passed, and beyond two hours: a mean over so long says nothing about now.
    """
    if from_ms is None or not 0 < to_ms - from_ms <= MAX_POWER_MS:
        return None
    return round(energy * 3.6 / (to_ms - from_ms), 1)
