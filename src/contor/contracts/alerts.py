"""Alerts: one model for the messages of monitoring, the WebSocket frames and the HTTP responses."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from contor.contracts import Data
from contor.contracts.energy import Kwh
from contor.kernel.messaging.message import Message

AlertState = Literal["active", "cleared"]


class Alert(Data):
    """A local clock hour in which a device used more than its hourly limit. A device has one alert for an hour."""

    id: UUID
    device_id: UUID
    owner_id: UUID | None = Field(description="Owner of the device when the alert was raised; null if it had none.")
    kind: Literal["limit_exceeded"] = "limit_exceeded"
    hour_start: datetime = Field(description="Start of the hour, in UTC.")
    hour_end: datetime = Field(description="End of the hour, exclusive, in UTC.")
    energy_kwh: Kwh = Field(description="Energy of the hour so far, in kWh.")
    limit_kwh: Kwh = Field(description="Limit that the hour exceeded, in kWh.")
    severity: Literal["warning", "critical"] = Field(description="`critical`: one and a half times the limit or more.")
    state: AlertState = Field(description="`cleared`: corrected readings brought the hour back to its limit or below.")
    acknowledged_at: datetime | None = None
    acknowledged_by: UUID | None = Field(None, description="User who acknowledged the alert.")
    raised_at: datetime


class _AlertMessage(Message):
    alert: Alert


class HourlyLimitExceeded(_AlertMessage, key="consumption.limit_exceeded"):
    """An alert was raised; published once for a device and hour."""


class HourlyLimitRestored(_AlertMessage, key="consumption.limit_restored"):
    """An alert was cleared."""


class AlertAcknowledged(_AlertMessage, key="alert.acknowledged"):
    pass
