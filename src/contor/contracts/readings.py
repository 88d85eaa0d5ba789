"""The queue to which meters send readings, and live values: hints for screens, never stored."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from contor.kernel.messaging.message import Message

SENSOR_DATA = "sensor_data"
"""The durable queue of readings, in the forms that `POST /monitoring/readings` accepts."""


class HourSoFar(BaseModel):
    """The running local clock hour of a device."""

    model_config = ConfigDict(frozen=True)

    start: datetime
    end: datetime = Field(description="Exclusive.")
    energy_kwh: float = Field(description="Energy so far.")


class LiveValues(BaseModel):
    """Values of a device after its newest readings. Energies in kWh."""

    model_config = ConfigDict(frozen=True)

    device_id: UUID
    last_reading_at: datetime
    measurement_value: float = Field(description="Value of the last reading, in the unit of the device.")
    power_w: float | None = Field(description="Mean power between the last two readings, in W.")
    hour: HourSoFar
    limit_kwh: float | None = Field(description="Hourly limit; null if the device has none.")
    today_kwh: float


class DeviceConsumption(BaseModel):
    """Live values, and the user who may receive them besides administrators."""

    model_config = ConfigDict(frozen=True)

    owner_id: UUID | None
    values: LiveValues


class ConsumptionUpdated(Message):
    """Devices with new readings, collected over a short interval so that a busy meter is in it once."""

    key: ClassVar[str] = "consumption.updated"
    durable: ClassVar[bool] = False

    devices: list[DeviceConsumption]
