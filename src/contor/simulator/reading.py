"""A reading in the wire form of `sensor_data`."""

from math import ceil, log10

import msgspec

from contor.contracts.devices import UNITS

UWH_PER_UNIT = UNITS["interval"]


class Reading(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """`timestamp` in epoch milliseconds, `measurement_value` in `unit`; without one in the unit of the device."""

    timestamp: int
    device_id: str
    measurement_value: float
    unit: str | None = None


def in_unit(energy_kwh: float, unit: str) -> float:
    """The energy in Wh, kWh or MWh, rounded to whole microwatt-hours, the resolution of the server."""
    uwh = UWH_PER_UNIT[unit]
    return round(energy_kwh * (UWH_PER_UNIT["kWh"] / uwh), ceil(log10(uwh)))
