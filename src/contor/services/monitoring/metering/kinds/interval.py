"""`interval`: a value is the energy of an interval; without a stated interval, since the reading before it."""

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation, Overflow

from contor.services.monitoring.metering.intervals import Interval, spread
from contor.services.monitoring.metering.units import UWH_PER_KWH, InvalidValueError, energy_of_power

LONGEST_MINUTES = 31 * 24 * 60
"""The longest time that a reading without a stated interval can stand for."""

neighbours = 0


def largest(max_power: int, interval_minutes: int | None) -> int:
    return energy_of_power(max_power, interval_minutes or LONGEST_MINUTES)


def amount(value: Decimal, scale: int, most: int) -> int:
    """Microwatt-hours; anything finer is rounded half to even."""
    try:
        energy = value * scale
        if 0 <= energy <= most:
            whole = int(energy)
            return whole if whole == energy else int(energy.to_integral_value(ROUND_HALF_EVEN))
    except (InvalidOperation, Overflow):
        pass  # NaN cannot be compared, and some exponents cannot be multiplied: named below
    if not value.is_finite():
        raise InvalidValueError("not_finite", "measurement_value must be a finite number")
    if value < 0:
        raise InvalidValueError("negative_energy", "measurement_value must be 0 or more for an interval meter")
    raise InvalidValueError(
        "implausible",
        f"measurement_value is more than {Decimal(most) / UWH_PER_KWH:,f} kWh, the most that the device can use at its "
        "maximum power in the longest time a reading can stand for; correct the value, its unit or max_power_kw",
    )


def profile(readings: Mapping[int, int], interval: Interval) -> dict[int, int]:
    slots: dict[int, int] = {}
    for at_ms, energy in readings.items():
        for share in spread(at_ms, energy, interval):
            slots[share.slot] = slots.get(share.slot, 0) + share.energy
    return slots
