"""What monitoring tells the others about limits passed."""

from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Literal
from uuid import UUID

from contor.kernel.messaging.message import Message

AlertState = Literal["active", "cleared"]
Severity = Literal["warning", "critical"]


class _HourlyLimit(Message):
    alert_id: UUID
    device_id: UUID
    owner_id: UUID | None
    hour_start: datetime
    hour_end: datetime
    energy_kwh: Decimal
    limit_kwh: Decimal
    severity: Severity
    raised_at: datetime


class HourlyLimitExceeded(_HourlyLimit):
    """A local clock hour of a device passed its limit; said once for that device and hour."""

    key: ClassVar[str] = "consumption.limit_exceeded"


class HourlyLimitRestored(_HourlyLimit):
    """Corrected readings brought that hour back to its limit or below."""

    key: ClassVar[str] = "consumption.limit_restored"


class AlertAcknowledged(Message):
    """Someone who may has taken note of an alert."""

    key: ClassVar[str] = "alert.acknowledged"

    alert_id: UUID
    device_id: UUID
    owner_id: UUID | None
    acknowledged_at: datetime
    acknowledged_by: UUID
