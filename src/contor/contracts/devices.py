"""The message about devices."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal
from uuid import UUID

from contor.kernel.messaging.message import Message

DeviceKind = Literal["interval", "register", "power"]
DeviceUnit = Literal["Wh", "kWh", "MWh", "W", "kW"]

UNITS: Mapping[str, Mapping[str, int]] = {"interval": {"Wh": 1_000, "kWh": 1_000_000, "MWh": 1_000_000_000}}
"""The kinds that are accepted today and their units, in milliwatt-hours."""


class DeviceChanged(Message, key="device.changed"):
    """The state of a device after it was created, changed or deleted. Consumers ignore versions that are not newer."""

    device_id: UUID
    version: int
    deleted: bool = False
    name: str
    owner_id: UUID | None
    previous_owner_id: UUID | None = None
    kind: DeviceKind
    unit: DeviceUnit
    time_zone: str
    max_hourly_consumption_kwh: Decimal | None
