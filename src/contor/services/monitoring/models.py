"""The tables of monitoring. In time series a meter is a 4-byte number: a uuid key costs a third of the write rate."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, MetaData, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from uuid_utils.compat import uuid7

from contor.kernel.columns import COLUMN_TYPES

metadata = MetaData()


class Base(DeclarativeBase):
    metadata = metadata
    type_annotation_map = COLUMN_TYPES


class Meter(Base):
    """Replica of a device, updated by `device.changed`."""

    __tablename__ = "meters"

    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    device_id: Mapped[UUID] = mapped_column(unique=True)
    name: Mapped[str]
    owner_id: Mapped[UUID | None] = mapped_column(index=True)
    kind: Mapped[str]
    unit: Mapped[str]
    time_zone: Mapped[str]
    hourly_limit: Mapped[int | None]
    """mWh in a local clock hour."""
    version: Mapped[int]
    deleted: Mapped[bool] = mapped_column(default=False)


class Reading(Base):
    """A reading: `at` in epoch ms, `value` in mWh since the previous reading. Partitioned by month of `at`."""

    __tablename__ = "readings"

    meter: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[int]


class QuarterHour(Base):
    """The load profile: energy in mWh of a quarter hour (`slot`: quarter hours since 1970)."""

    __tablename__ = "quarter_hours"

    meter: Mapped[int] = mapped_column(Integer, primary_key=True)
    slot: Mapped[int] = mapped_column(Integer, primary_key=True)
    energy: Mapped[int]
    readings: Mapped[int] = mapped_column(Integer)


class ClockHour(Base):
    """Sum of four quarter hours, in mWh (`hour`: hours since 1970, in UTC).

    In time zones that are whole hours from UTC these are the local clock hours, so that limits are evaluated on them
    directly and a year takes 8,760 rows instead of 35,040.
    """

    __tablename__ = "hours"

    meter: Mapped[int] = mapped_column(Integer, primary_key=True)
    hour: Mapped[int] = mapped_column(Integer, primary_key=True)
    energy: Mapped[int]


class Alert(Base):
    """A local clock hour of a meter that exceeded its limit; one row for a meter and hour."""

    __tablename__ = "alerts"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    meter: Mapped[int] = mapped_column(ForeignKey("meters.number", ondelete="CASCADE"))
    owner_id: Mapped[UUID | None]
    hour_start: Mapped[datetime]
    hour_end: Mapped[datetime]
    energy: Mapped[int]
    hourly_limit: Mapped[int]
    severity: Mapped[str]
    state: Mapped[str]
    raised_at: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[UUID | None]

    __table_args__ = (
        Index("alerts_meter_hour", "meter", "hour_start", unique=True),
        Index("alerts_newest", "hour_start", "id"),
        Index("alerts_owner", "owner_id", "hour_start", "id"),
        Index("alerts_open", "owner_id", postgresql_where="acknowledged_at IS NULL"),
        Index("alerts_state", "state", "hour_start", "id"),
    )


class RejectedReading(Base):
    """A reading that was not stored in the load profile, and the reason."""

    __tablename__ = "rejected_readings"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    fingerprint: Mapped[bytes] = mapped_column(unique=True)
    """Digest of sender, reason and payload: an equal rejection increments `times`."""
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())
    device_id: Mapped[str | None]
    code: Mapped[str]
    detail: Mapped[str]
    payload: Mapped[Any] = mapped_column(JSONB)
    times: Mapped[int] = mapped_column(Integer, default=1)
    state: Mapped[str] = mapped_column(default="pending")
    submitted_by: Mapped[UUID | None]
    """None: it arrived over the queue."""
    by_admin: Mapped[bool]

    __table_args__ = (
        Index("rejected_waiting", "device_id", "code", postgresql_where="state = 'pending'"),
        Index("rejected_newest", "state", "received_at", "id"),
        Index("rejected_code", "code", "state", "received_at", "id"),
    )


class ReceivedMinute(Base):
    """Number of readings stored in a minute."""

    __tablename__ = "received_minutes"

    minute: Mapped[datetime] = mapped_column(primary_key=True)
    readings: Mapped[int]
