"""The queue to which meters send readings, and live values: hints for screens, never stored."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from pydantic import Field

from contor.contracts import Data
from contor.kernel.messaging.message import Message

SENSOR_DATA = "sensor_data"
"""The durable queue of readings, in the forms that `POST /monitoring/readings` accepts."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def epoch_ms(instant: datetime) -> int:
    """Whole epoch milliseconds, the resolution of readings. Fractions are cut off: rounding could move a reading to the
    next hour. The server and `contor simulate --csv` both use it, so that a text is the same reading for both."""
    return (instant - _EPOCH) // timedelta(milliseconds=1)


class HourSoFar(Data):
    """The running local clock hour of a device."""

    start: datetime
    end: datetime = Field(description="Exclusive.")
    energy_kwh: float = Field(description="Energy so far.")


class LiveValues(Data):
    """Values of a device after its newest readings. Energies in kWh."""

    device_id: UUID
    last_reading_at: datetime
    measurement_value: float = Field(description="Value of the last reading, in the unit of the device.")
    power_w: float | None = Field(description="Mean power between the last two readings, in W.")
    hour: HourSoFar
    limit_kwh: float | None = Field(description="Hourly limit; null if the device has none.")
    today_kwh: float


class DeviceConsumption(Data):
    """Live values, and the user who may receive them besides administrators."""

    owner_id: UUID | None
    values: LiveValues


class ConsumptionUpdated(Message, key="consumption.updated", durable=False):
    """Devices with new readings, collected over a short interval so that a busy meter is in it once."""

    devices: list[DeviceConsumption]
