"""Where meters send readings, and what monitoring says while they arrive: a hint for screens, never stored."""

from datetime import datetime
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from contor.kernel.messaging.message import Message

SENSOR_DATA = "sensor_data"
"""The durable queue of readings, in the forms that `POST /monitoring/readings` takes."""


class DeviceConsumption(BaseModel):
    """Where one device stands after its newest readings. Energies in kWh, power in W."""

    model_config = ConfigDict(frozen=True)

    device_id: UUID
    owner_id: UUID | None
    last_reading_at: datetime
    measurement_value: Decimal
    power_w: Decimal | None
    hour_start: datetime
    hour_end: datetime
    hour_kwh: Decimal
    today_kwh: Decimal
    limit_kwh: Decimal | None


class ConsumptionUpdated(Message):
    """Devices whose newest reading just changed; gathered for a moment so that a busy meter says it once."""

    key: ClassVar[str] = "consumption.updated"
    durable: ClassVar[bool] = False

    devices: list[DeviceConsumption]
