"""The message about devices."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from pydantic import Field

from contor.contracts import Data
from contor.kernel.messaging.message import Message

DeviceKind = Literal["interval", "register", "power"]
DeviceUnit = Literal["Wh", "kWh", "MWh", "W", "kW"]
Quantity = Literal["import", "export", "production", "charge", "discharge"]
Stamp = Literal["start", "end"]

UNITS: Mapping[str, Mapping[str, int]] = {"interval": {"Wh": 1_000_000, "kWh": 1_000_000_000, "MWh": 1_000_000_000_000}}
"""The kinds that are accepted today and their units, in microwatt-hours."""

DEFAULT_CHANNEL = "import"
DEFAULT_MAX_POWER_KW = Decimal(100)


class Channel(Data):
    """One stream of readings of a device, with a load profile of its own."""

    name: str = DEFAULT_CHANNEL
    quantity: Quantity = "import"
    kind: DeviceKind
    unit: DeviceUnit
    stamp: Stamp = "start"
    """Which end of its interval a timestamp marks."""
    interval_minutes: int | None = None
    """Length of the interval of a reading; null if it is not stated."""


class DeviceChanged(Message, key="device.changed"):
    """The state of a device after it was created, changed or deleted.

    Consumers ignore the state of versions that are not newer. Validities (`*_since`) of every version count: each adds
    to the history of owners and limits, in any order of arrival.
    """

    device_id: UUID
    version: int
    deleted: bool = False
    name: str
    owner_id: UUID | None
    previous_owner_id: UUID | None = None
    owner_since: datetime | None = None
    """Since when `owner_id` holds: the start of a quarter hour; null: since ever."""
    kind: DeviceKind
    unit: DeviceUnit
    channels: tuple[Channel, ...] = ()
    """Empty in messages of versions before 0.2: one channel `import` of this kind and unit."""
    time_zone: str
    time_zone_since: datetime | None = None
    """When the time zone was set: it holds from the local day of this instant on; null: since ever."""
    max_hourly_consumption_kwh: Decimal | None
    limit_since: datetime | None = None
    """When the limit was set: it holds from the local hour of this instant on; null: since ever."""
    max_power_kw: Decimal = Field(default=DEFAULT_MAX_POWER_KW)

    def all_channels(self) -> tuple[Channel, ...]:
        return self.channels or (Channel(kind=self.kind, unit=self.unit),)
