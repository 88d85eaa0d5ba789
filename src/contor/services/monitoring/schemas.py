"""Requests and responses of monitoring. Energies in kWh (six decimals), powers in W, times in UTC."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from contor.contracts.alerts import Alert
from contor.services.monitoring.metering.slots import Resolution, exact_kwh

RejectionCode = Literal[
    "missing_field",
    "wrong_type",
    "not_finite",
    "negative_energy",
    "too_large",
    "unknown_device",
    "time_in_future",
    "time_too_old",
    "unsupported_kind",
    "no_time_zone_offset",
    "malformed_json",
    "not_readings",
    "too_many_readings",
    "body_too_large",
]
Timestamp = Annotated[int | str, Field(description="Epoch milliseconds, or ISO 8601 with an offset.")]


class ReadingIn(BaseModel):
    """One reading; `device_id` may stand once around a list of them instead."""

    timestamp: Timestamp
    device_id: UUID
    measurement_value: float = Field(ge=0, description="In the unit and kind of the device.")


class BareReadingIn(BaseModel):
    timestamp: Timestamp
    measurement_value: float = Field(ge=0)


class DeviceReadingsIn(BaseModel):
    """Readings of one device."""

    device_id: UUID
    readings: list[BareReadingIn] = Field(min_length=1, max_length=10_000)


class RejectionOut(BaseModel):
    """A reading that was not used; it is kept, with this reason, for administrators."""

    index: int
    device_id: str | None
    timestamp: int | str | None
    code: RejectionCode
    detail: str
    field: str


class ReceiptOut(BaseModel):
    """Every reading of the call is accepted, a duplicate, or rejected."""

    accepted: int
    duplicates: int
    rejected: list[RejectionOut]


class ReadingOut(BaseModel):
    timestamp: datetime
    measurement_value: float
    energy_kwh: float


class ConsumptionPoint(BaseModel):
    start: datetime
    end: datetime
    energy_kwh: float
    quality: Literal["measured", "missing"]
    limit_kwh: float | None = None


class Consumption(BaseModel):
    """A load profile: every local interval that touches [from, to), up to now."""

    model_config = ConfigDict(populate_by_name=True)

    device_id: UUID
    time_zone: str
    resolution: Resolution
    from_: datetime = Field(alias="from")
    to: datetime
    total_kwh: float
    points: list[ConsumptionPoint]


class HourOut(BaseModel):
    start: datetime
    end: datetime
    energy_kwh: float


class Summary(BaseModel):
    """Where a meter stands now. `*_same_time` are sums up to the same time of the period before."""

    device_id: UUID
    time_zone: str
    state: Literal["live", "silent", "never"]
    last_reading_at: datetime | None
    last_measurement_value: float | None
    power_w: float | None
    limit_kwh: float | None
    hour: HourOut
    today_kwh: float
    yesterday_kwh: float
    yesterday_same_time_kwh: float
    month_kwh: float
    last_month_kwh: float
    last_month_same_time_kwh: float
    over_limit_since: datetime | None
    first_reading_at: datetime | None


class HeatmapDay(BaseModel):
    """A local date and its 24 clock hours; null where nothing was measured."""

    date: date
    hours: list[float | None]


class Heatmap(BaseModel):
    device_id: UUID
    time_zone: str
    days: list[HeatmapDay]


def alert_of(row: Mapping[Any, Any]) -> Alert:
    """The alert of a row of `alerts` (energies in mWh) with its `device_id`."""
    energies = {"energy_kwh": exact_kwh(row["energy"]), "limit_kwh": exact_kwh(row["hourly_limit"])}
    return Alert.model_validate({**row, **energies})


class AlertIds(BaseModel):
    model_config = ConfigDict(extra="forbid")

    ids: list[UUID] = Field(min_length=1, max_length=200)


class Acknowledged(BaseModel):
    acknowledged: int


class Count(BaseModel):
    count: int


class MinuteCount(BaseModel):
    minute: datetime
    count: int


class Attention(BaseModel):
    """Something an administrator should look at."""

    kind: Literal["silent", "over_limit", "rejected"]
    device_id: UUID | None = None
    name: str | None = None
    count: int | None = None
    since: datetime | None = None


class Fleet(BaseModel):
    devices: int
    reporting: int
    silent: int
    never: int
    over_limit: int
    rejected_pending: int
    readings_per_minute: list[MinuteCount]
    attention: list[Attention]


class RejectedOut(BaseModel):
    id: UUID
    received_at: datetime
    device_id: str | None
    code: RejectionCode
    detail: str
    payload: Any
    times: int
    state: Literal["pending", "replayed", "dismissed"]


class RejectedGroup(BaseModel):
    """Pending rejections of one reason: `count` different ones, sent `times` times in all."""

    code: RejectionCode
    count: int
    times: int
    latest_at: datetime


class RejectedChoice(BaseModel):
    """Which rejected readings: by id, or all of one reason."""

    model_config = ConfigDict(extra="forbid")

    ids: list[UUID] | None = Field(None, min_length=1, max_length=1000)
    code: RejectionCode | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> "RejectedChoice":
        if (self.ids is None) == (self.code is None):
            raise ValueError("name either ids or a code")
        return self


class Replayed(BaseModel):
    replayed: int
    still_rejected: int


class Dismissed(BaseModel):
    dismissed: int
