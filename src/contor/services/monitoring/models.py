"""The tables of monitoring. In time series a channel is a 4-byte number: a uuid key costs a third of the write rate."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Computed,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Numeric,
    SmallInteger,
    UniqueConstraint,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from uuid_utils.compat import uuid7

from contor.kernel.columns import COLUMN_TYPES

CORRECTION_IN_FORCE = "kind IN ('set_aside', 'corrected') AND undone_at IS NULL"

metadata = MetaData()


class Base(DeclarativeBase):
    metadata = metadata
    type_annotation_map = COLUMN_TYPES | {Decimal: Numeric()}


class Meter(Base):
    """Replica of a device as it is now, updated by `device.changed`."""

    __tablename__ = "meters"

    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    device_id: Mapped[UUID] = mapped_column(unique=True)
    name: Mapped[str]
    owner_id: Mapped[UUID | None] = mapped_column(index=True)
    visible_from: Mapped[int | None] = mapped_column(Integer)
    """Slot from which on the owner may read; None: everything. Follows from `meter_history`."""
    time_zone: Mapped[str]
    hourly_limit: Mapped[int | None]
    """µWh in a local clock hour."""
    max_power: Mapped[int]
    """mW"""
    version: Mapped[int]
    deleted: Mapped[bool] = mapped_column(default=False)


class Channel(Base):
    """One stream of readings of a meter, with a load profile of its own."""

    __tablename__ = "channels"

    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    meter: Mapped[int] = mapped_column(ForeignKey("meters.number", ondelete="CASCADE"))
    name: Mapped[str]
    quantity: Mapped[str]
    kind: Mapped[str]
    unit: Mapped[str]
    stamp: Mapped[str]
    interval_minutes: Mapped[int | None] = mapped_column(Integer)

    __table_args__ = (UniqueConstraint("meter", "name"),)


class MeterHistory(Base):
    """What held since when: the owner (uuid), the limit (µWh an hour) and the time zone of a meter.

    An entry of a later version replaces those of earlier versions from its first slot on, so that the history is the
    same in any order of arrival of the versions.
    """

    __tablename__ = "meter_history"

    meter: Mapped[int] = mapped_column(ForeignKey("meters.number", ondelete="CASCADE"), primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    """`owner`, `limit` or `time_zone`."""
    since: Mapped[int] = mapped_column(Integer, primary_key=True)
    """Slot; `metering.terms.EVER` where it has always held."""
    value: Mapped[str | None]
    version: Mapped[int]


class Reading(Base):
    """A reading: `at` in epoch ms, `value` in µWh. Partitioned by month of `at`."""

    __tablename__ = "readings"

    channel: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[int]


class QuarterHour(Base):
    """The load profile: energy in µWh of a quarter hour (`slot`: quarter hours since 1970).

    Energies are numeric: sums of readings that are each accepted may exceed 64 bits.
    """

    __tablename__ = "quarter_hours"

    channel: Mapped[int] = mapped_column(Integer, primary_key=True)
    slot: Mapped[int] = mapped_column(Integer, primary_key=True)
    energy: Mapped[Decimal]
    readings: Mapped[int] = mapped_column(Integer)
    """Readings with a share of it."""
    covered: Mapped[int] = mapped_column(Integer)
    """Milliseconds that readings with a stated interval cover; 0 for others."""


class ClockHour(Base):
    """Sum of four quarter hours, in µWh (`hour`: hours since 1970, in UTC).

    In time zones that are whole hours from UTC these are the local clock hours, so that limits are evaluated on them
    directly and a year takes 8,760 rows instead of 35,040.
    """

    __tablename__ = "hours"

    channel: Mapped[int] = mapped_column(Integer, primary_key=True)
    hour: Mapped[int] = mapped_column(Integer, primary_key=True)
    energy: Mapped[Decimal]
    energy_double: Mapped[float] = mapped_column(Double, Computed("energy::double precision", persisted=True))
    """`energy` as long charts read it: casting a year of hours when it is read takes as long as reading it."""
    slots: Mapped[int] = mapped_column(SmallInteger)
    """Fully covered quarter hours: without a stated interval, those with a reading."""


class Alert(Base):
    """A local clock hour of a meter, or one owner's part of it, that exceeded its limit; one row for its start."""

    __tablename__ = "alerts"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    meter: Mapped[int] = mapped_column(ForeignKey("meters.number", ondelete="CASCADE"))
    owner_id: Mapped[UUID | None]
    hour_start: Mapped[datetime]
    hour_end: Mapped[datetime]
    energy: Mapped[Decimal]
    hourly_limit: Mapped[int]
    severity: Mapped[str]
    state: Mapped[str]
    raised_at: Mapped[datetime]
    raised_times: Mapped[int] = mapped_column(Integer, default=1)
    past: Mapped[bool] = mapped_column(default=False)
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[UUID | None]

    __table_args__ = (
        Index("alerts_meter_hour", "meter", "hour_start", unique=True),
        Index("alerts_newest", "hour_start", "id"),
        Index("alerts_owner", "owner_id", "hour_start", "id"),
        Index("alerts_open", "owner_id", postgresql_where="acknowledged_at IS NULL AND NOT past"),
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


class Correction(Base):
    """A change of stored readings. One of kind `set_aside` or `corrected` that is not undone is in force."""

    __tablename__ = "corrections"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    channel: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str]
    """`replaced` by a later value from a meter or person; `set_aside` or `corrected` by an administrator; `deleted`."""
    at: Mapped[int]
    """Timestamp of the reading, or the first of a deleted range; epoch ms."""
    until: Mapped[int | None]
    """End of a deleted range, exclusive."""
    previous: Mapped[int | None]
    """µWh; None where there was no reading."""
    replacement: Mapped[int | None]
    readings: Mapped[int | None] = mapped_column(Integer)
    """Deleted readings."""
    reason: Mapped[str | None]
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    made_by: Mapped[UUID | None]
    """None: it arrived over the queue."""
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[UUID | None]

    __table_args__ = (
        Index("corrections_newest", "channel", "id"),
        Index("corrections_at", "channel", "at"),
        Index(
            "corrections_in_force",
            "channel",
            "at",
            unique=True,
            postgresql_where=CORRECTION_IN_FORCE,
        ),
    )


class UpcomingHour(Base):
    """An hour, or part of one, that had readings before it began: its limit is evaluated when it begins."""

    __tablename__ = "upcoming_hours"

    meter: Mapped[int] = mapped_column(ForeignKey("meters.number", ondelete="CASCADE"), primary_key=True)
    first_slot: Mapped[int] = mapped_column(Integer, primary_key=True)


class ReceivedMinute(Base):
    """Number of readings stored in a minute."""

    __tablename__ = "received_minutes"

    minute: Mapped[datetime] = mapped_column(primary_key=True)
    readings: Mapped[int]
