"""When the energy of an hour is over the hourly limit, and how far. Both in µWh."""

from decimal import Decimal
from typing import Literal

CRITICAL_RATIO = Decimal("1.5")


def is_over_limit(energy: int, limit: int) -> bool:
    return energy > limit


def severity_of(energy: int, limit: int) -> Literal["warning", "critical"]:
    return "critical" if energy >= limit * CRITICAL_RATIO else "warning"
