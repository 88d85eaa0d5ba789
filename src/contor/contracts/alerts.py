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
    """A local clock hour in which a device used more than its hourly limit.

    A device has one alert for an hour, or one for each owner's part of an hour in which the owner changed.
    """

    id: UUID
    device_id: UUID
    owner_id: UUID | None = Field(description="Owner of the device in that hour; null if it had none.")
    kind: Literal["limit_exceeded"] = "limit_exceeded"
    hour_start: datetime = Field(description="Start of the hour, in UTC.")
    hour_end: datetime = Field(description="End of the hour, exclusive, in UTC.")
    energy_kwh: Kwh = Field(description="Energy of the hour so far, in kWh.")
    limit_kwh: Kwh = Field(description="Limit that the hour exceeded, in kWh.")
    severity: Literal["warning", "critical"] = Field(description="`critical`: one and a half times the limit or more.")
    state: AlertState = Field(description="`cleared`: corrected readings brought the hour back to its limit or below.")
    acknowledged_at: datetime | None = None
    acknowledged_by: UUID | None = Field(None, description="User who acknowledged the alert.")
    raised_at: datetime = Field(description="When the alert was raised; the latest time, if it was raised again.")
    raised_times: int = Field(1, description="How often it was raised: more than once after it was cleared.")
    past: bool = Field(
        False,
        description="The hour was long over when it was found to exceed the limit, as in imported data: recorded "
        "without a notification.",
    )


class _AlertMessage(Message):
    alert: Alert


class HourlyLimitExceeded(_AlertMessage, key="consumption.limit_exceeded"):
    """An alert was raised, raised again after it was cleared, or became critical. Not published for past hours."""


class HourlyLimitRestored(_AlertMessage, key="consumption.limit_restored"):
    """An alert was cleared. Not published for past hours."""


class AlertAcknowledged(_AlertMessage, key="alert.acknowledged"):
    pass


class PastAlerts(Data):
    """Hours of a device that were long over when they were found to exceed the limit, as in imported data."""

    device_id: UUID
    owner_id: UUID | None = Field(description="Owner of the device in these hours.")
    count: int
    first_hour: datetime = Field(description="Start of the earliest of these hours.")
    last_hour: datetime = Field(description="Start of the latest of these hours.")


class PastAlertsFound(Message, key="alert.past_found"):
    """Past hours over the limit were recorded: one message for a device, an owner and a batch of readings."""

    found: PastAlerts


class AlertsAcknowledged(Message, key="alerts.acknowledged"):
    """A user acknowledged many alerts by a filter, those of `owner_ids`. Receivers query them again."""

    acknowledged_by: UUID
    owner_ids: tuple[UUID | None, ...]
    count: int
