"""The kinds of channel. One module a kind, named as the kind; it is found here by its file."""

from collections.abc import Mapping
from decimal import Decimal
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol, cast, runtime_checkable

from contor.services.monitoring.metering.intervals import Interval


@runtime_checkable
class Kind(Protocol):
    """How the values of a channel become a load profile: pure functions, exact integers.

    The profile is a function of the set of readings. When readings are stored or replaced, it changes by
    `profile(after) - profile(before)` of the touched stretch: those readings and `neighbours` more on each side.
    Of a kind without neighbours each reading is a stretch of its own, which the database adds up while it stores it.
    """

    neighbours: int
    """Readings before and after a changed one whose slots change with it."""

    def largest(self, max_power: int, interval_minutes: int | None) -> int:
        """The largest plausible amount at a maximum power (mW)."""

    def amount(self, value: Decimal, scale: int, most: int) -> int:
        """The value as it is stored: whole millionths of the base unit, `scale` of them in the channel's unit.

        Raises `InvalidValueError`, also above `most`.
        """

    def profile(self, readings: Mapping[int, int], interval: Interval) -> dict[int, int]:
        """The energy (µWh) by slot of the readings {epoch ms: amount} of one stretch."""


KINDS: Mapping[str, Kind] = {
    module.name: cast("Kind", import_module(f"{__name__}.{module.name}")) for module in iter_modules(__path__)
}
