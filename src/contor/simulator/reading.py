"""A reading in the wire form of `sensor_data`."""

from math import ceil, log10

import msgspec

from contor.contracts.devices import UNITS

MWH_PER_UNIT = UNITS["interval"]


class Reading(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """`timestamp` in epoch milliseconds, `measurement_value` in `unit`; without one in the unit of the device."""

    timestamp: int
    device_id: str
    measurement_value: float
    unit: str | None = None


def in_unit(energy_kwh: float, unit: str) -> float:
    """The energy in Wh, kWh or MWh, rounded to whole milliwatt-hours, the resolution of the server."""
    mwh = MWH_PER_UNIT[unit]
    return round(energy_kwh * (MWH_PER_UNIT["kWh"] / mwh), ceil(log10(mwh)))
