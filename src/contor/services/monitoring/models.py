"""The tables of monitoring. In time series a meter is a 4-byte number: a uuid key costs a third of the write rate."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, MetaData, Text, func
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from uuid_utils.compat import uuid7

metadata = MetaData()
Instant = TIMESTAMP(timezone=True)


class Base(DeclarativeBase):
    metadata = metadata


class Meter(Base):
    """Replica of a device, updated by `device.changed`."""

    __tablename__ = "meters"

    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    device_id: Mapped[UUID] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(Text)
    owner_id: Mapped[UUID | None] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(Text)
    unit: Mapped[str] = mapped_column(Text)
    time_zone: Mapped[str] = mapped_column(Text)
    limit: Mapped[int | None] = mapped_column("hourly_limit", BigInteger)
    """mWh in a local clock hour."""
    version: Mapped[int] = mapped_column(BigInteger)
    deleted: Mapped[bool] = mapped_column(Boolean, default=False)


class Reading(Base):
    """A reading: `at` in epoch ms, `value` in mWh since the previous reading. Partitioned by month of `at`."""

    __tablename__ = "readings"

    meter: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)


class QuarterHour(Base):
    """The load profile: energy in mWh of a quarter hour (`slot`: quarter hours since 1970)."""

    __tablename__ = "quarter_hours"

    meter: Mapped[int] = mapped_column(Integer, primary_key=True)
    slot: Mapped[int] = mapped_column(Integer, primary_key=True)
    energy: Mapped[int] = mapped_column(BigInteger)
    readings: Mapped[int] = mapped_column(Integer)


class ClockHour(Base):
    """Sum of four quarter hours, in mWh (`hour`: hours since 1970, in UTC).

    In time zones that are whole hours from UTC these are the local clock hours, so that limits are evaluated on them
    directly and a year takes 8,760 rows instead of 35,040.
    """

    __tablename__ = "hours"

    meter: Mapped[int] = mapped_column(Integer, primary_key=True)
    hour: Mapped[int] = mapped_column(Integer, primary_key=True)
    energy: Mapped[int] = mapped_column(BigInteger)


class Alert(Base):
    """A local clock hour of a meter that exceeded its limit; one row for a meter and hour."""

    __tablename__ = "alerts"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    meter: Mapped[int] = mapped_column(ForeignKey("meters.number", ondelete="CASCADE"))
    owner_id: Mapped[UUID | None]
    hour_start: Mapped[datetime] = mapped_column(Instant)
    hour_end: Mapped[datetime] = mapped_column(Instant)
    energy: Mapped[int] = mapped_column(BigInteger)
    limit: Mapped[int] = mapped_column("hourly_limit", BigInteger)
    severity: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    raised_at: Mapped[datetime] = mapped_column(Instant)
    acknowledged_at: Mapped[datetime | None] = mapped_column(Instant)
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
    received_at: Mapped[datetime] = mapped_column(Instant, server_default=func.now())
    device_id: Mapped[str | None] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)
    detail: Mapped[str] = mapped_column(Text)
    payload: Mapped[Any] = mapped_column(JSONB)
    times: Mapped[int] = mapped_column(Integer, default=1)
    state: Mapped[str] = mapped_column(Text, default="pending")
    submitted_by: Mapped[UUID | None]
    """None: it arrived over the queue."""
    by_admin: Mapped[bool] = mapped_column(Boolean)

    __table_args__ = (
        Index("rejected_waiting", "device_id", "code", postgresql_where="state = 'pending'"),
        Index("rejected_newest", "state", "received_at", "id"),
        Index("rejected_code", "code", "state", "received_at", "id"),
    )


class ReceivedMinute(Base):
    """Number of readings stored in a minute."""

    __tablename__ = "received_minutes"

    minute: Mapped[datetime] = mapped_column(Instant, primary_key=True)
    readings: Mapped[int] = mapped_column(BigInteger)
