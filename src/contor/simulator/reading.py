"""A reading in the wire form of `sensor_data`."""

import msgspec

_PER_KWH = {"Wh": (1000.0, 3), "kWh": (1.0, 6), "MWh": (0.001, 9)}
UNITS = tuple(_PER_KWH)


class Reading(msgspec.Struct, frozen=True, gc=False):
    """`timestamp` in epoch milliseconds, `measurement_value` in the unit of the device."""

    timestamp: int
    device_id: str
    measurement_value: float


def in_unit(energy_kwh: float, unit: str) -> float:
    """The energy in Wh, kWh or MWh, rounded to whole milliwatt-hours, the resolution of the server."""
    factor, digits = _PER_KWH[unit]
    return round(energy_kwh * factor, digits)
