"""The queue to which meters send readings, and live values: hints for screens, never stored."""

from datetime import UTC, datetime, timedelta
from typing import Literal
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


SILENT_FROM = "When the device counts as silent if no further reading arrives."
POWER = (
    "Mean power in W of the last interval between two readings, or of the last minute if readings are closer together. "
    "Null when the device is silent, before its second reading, and when the interval is longer than two hours."
)
LAST_POWER = "`power_w` at the last reading, however old it is."


class HourSoFar(Data):
    """The running local clock hour of a device."""

    start: datetime
    end: datetime = Field(description="Exclusive.")
    energy_kwh: float = Field(description="Energy so far.")


class LiveValues(Data):
    """Values of a device after its newest readings. Energies in kWh."""

    device_id: UUID
    state: Literal["live", "silent"] = Field(description="`silent`: now is after `silent_from`.")
    last_reading_at: datetime = Field(description="A reading ahead of now is not the last one.")
    silent_from: datetime = Field(description=SILENT_FROM)
    measurement_value: float = Field(description="Value of the last reading, in the unit of the device.")
    power_w: float | None = Field(description=POWER)
    last_power_w: float | None = Field(description=LAST_POWER)
    hour: HourSoFar
    limit_kwh: float | None = Field(description="Hourly limit; null if the device has none.")
    today_kwh: float


class DeviceConsumption(Data):
    """Live values, and the user who may receive them besides administrators."""

    owner_id: UUID | None
    values: LiveValues
    owner_values: LiveValues | None = Field(
        None, description="What the owner may see, if they have owned the device for too short a time to see all of it."
    )


class ConsumptionUpdated(Message, key="consumption.updated", durable=False):
    """Devices with new readings, collected over a short interval so that a busy meter is in it once."""

    devices: list[DeviceConsumption]
