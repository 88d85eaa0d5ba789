"""`interval`: a value is the energy used since the reading before it, and counts whole in the slot of its timestamp."""

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation, Overflow

from contor.services.monitoring.metering.slots import slot_of
from contor.services.monitoring.metering.units import MAX_ENERGY, InvalidValueError

_MIN, _MAX = Decimal(0), Decimal(MAX_ENERGY)

neighbours = 0


def amount(value: Decimal, scale: int) -> int:
    """Milliwatt-hours; anything finer is rounded half to even."""
    try:
        energy = value * scale
        if _MIN <= energy <= _MAX:
            whole = int(energy)
            return whole if whole == energy else int(energy.to_integral_value(ROUND_HALF_EVEN))
    except (InvalidOperation, Overflow):
        pass  # NaN cannot be compared, and some exponents cannot be multiplied: named below
    if not value.is_finite():
        raise InvalidValueError("not_finite", "measurement_value must be a finite number")
    if value < 0:
        raise InvalidValueError("negative_energy", "measurement_value must be 0 or more for an interval meter")
    raise InvalidValueError("too_large", "measurement_value must not be over 1,000,000,000 kWh")


def profile(readings: Mapping[int, int]) -> dict[int, int]:
    slots: dict[int, int] = {}
    for at_ms, energy in readings.items():
        slot = slot_of(at_ms)
        slots[slot] = slots.get(slot, 0) + energy
    return slots
