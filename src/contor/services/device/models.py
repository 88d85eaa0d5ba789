"""The tables of devices, their channels and their owners."""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Computed, ForeignKey, Integer, Numeric, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from uuid_utils.compat import uuid7

from contor.contracts.devices import DEFAULT_CHANNEL, DeviceKind, DeviceUnit, Quantity, Stamp
from contor.kernel.clock import now
from contor.kernel.columns import COLUMN_TYPES


class Base(DeclarativeBase):
    type_annotation_map = COLUMN_TYPES | {
        DeviceKind: Text(),
        DeviceUnit: Text(),
        Quantity: Text(),
        Stamp: Text(),
        Decimal: Numeric(16, 6),
    }


class Owner(Base):
    """A replica of a user's names. A deleted user keeps a row without names (tombstone)."""

    __tablename__ = "owners"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    username: Mapped[str]
    full_name: Mapped[str | None]
    deleted: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int]


class OwnerName(NamedTuple):
    id: UUID
    username: str
    full_name: str | None


class DeviceChannel(Base):
    """`interval_minutes` is null if the length of the interval of a reading is not stated."""

    __tablename__ = "channels"

    device_id: Mapped[UUID] = mapped_column(ForeignKey("devices.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    quantity: Mapped[Quantity]
    kind: Mapped[DeviceKind]
    unit: Mapped[DeviceUnit]
    stamp: Mapped[Stamp]
    interval_minutes: Mapped[int | None] = mapped_column(Integer)


class Device(Base):
    """`version` counts the changes. The owner's names are copied into the row for the search and sort indexes."""

    __tablename__ = "devices"
    __mapper_args__ = {"eager_defaults": False}  # noqa: RUF012

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    name: Mapped[str]
    description: Mapped[str | None]
    address: Mapped[str | None]
    max_hourly_consumption_kwh: Mapped[Decimal]
    limit_since: Mapped[datetime | None]
    """When the limit was last changed; null: since ever."""
    time_zone_since: Mapped[datetime | None]
    """When the time zone was last changed; null: since ever."""
    max_power_kw: Mapped[Decimal] = mapped_column(Numeric(12, 6))
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("owners.id"))
    owner_username: Mapped[str | None]
    owner_full_name: Mapped[str | None]
    owner_since: Mapped[datetime | None]
    """Since when `owner_id` holds, also if it is null: the start of a quarter hour; null: since ever."""
    time_zone: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)
    channels: Mapped[list[DeviceChannel]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, lazy="raise", order_by=DeviceChannel.name
    )
    search: Mapped[str] = mapped_column(Computed("made by the migration"), deferred=True, deferred_raiseload=True)

    @property
    def owner(self) -> OwnerName | None:
        if self.owner_id is None or self.owner_username is None:
            return None
        return OwnerName(self.owner_id, self.owner_username, self.owner_full_name)

    @property
    def default_channel(self) -> DeviceChannel:
        return next(channel for channel in self.channels if channel.name == DEFAULT_CHANNEL)

    @property
    def kind(self) -> DeviceKind:
        return self.default_channel.kind

    @property
    def unit(self) -> DeviceUnit:
        return self.default_channel.unit
