"""Requests and responses of monitoring. Energies in kWh (six decimals), powers in W, times in UTC."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from contor.contracts.alerts import Alert, AlertState
from contor.contracts.readings import LAST_POWER, POWER, SILENT_FROM, HourSoFar
from contor.kernel.bodies import multi_line
from contor.services.monitoring.metering.quality import Quality
from contor.services.monitoring.metering.slots import Resolution
from contor.services.monitoring.metering.units import exact_kwh

RejectionCode = Literal[
    "missing_field",
    "unknown_field",
    "repeated_field",
    "wrong_type",
    "unknown_channel",
    "unsuitable_unit",
    "not_finite",
    "negative_energy",
    "too_large",
    "implausible",
    "not_owner_then",
    "corrected",
    "value_exists",
    "unknown_device",
    "time_in_future",
    "time_too_old",
    "not_milliseconds",
    "unsupported_kind",
    "no_time_zone_offset",
    "malformed_json",
    "not_readings",
    "too_many_readings",
    "body_too_large",
]
RejectionState = Literal["pending", "replayed", "dismissed"]
Timestamp = Annotated[
    int | str,
    Field(
        description="Epoch milliseconds, or ISO 8601 with an offset; from 2010 to five minutes (a setting) ahead of "
        "the server's clock. A fraction of a millisecond is cut off.",
        examples=[1732250400000, "2024-11-22T06:40:00+02:00", "2024-11-22T24:00:00Z"],
    ),
]
Value = Annotated[float, Field(ge=0, description="In `unit`, else in the unit of the device.", examples=[0.35])]
StatedUnit = Annotated[
    Literal["Wh", "kWh", "MWh"] | None,
    Field(description="Unit of the value, which is converted. Null: the unit of the device.", examples=["Wh"]),
]
ChannelName = Annotated[
    Literal["import"] | None, Field(description="Channel of the device. Null: `import`.", examples=["import"])
]


Reason = Annotated[
    str,
    multi_line(500, min_length=1),
    Field(description="Why, in 1 to 500 characters.", examples=["Test of the installer"]),
]


class BareReadingIn(BaseModel):
    """A reading of the device named beside the list. `unit` and `channel` win over those beside the list."""

    model_config = ConfigDict(extra="forbid")

    timestamp: Timestamp
    measurement_value: Value
    unit: StatedUnit = None
    channel: ChannelName = None


class ReadingIn(BaseModel):
    """One reading of one device."""

    model_config = ConfigDict(extra="forbid")

    timestamp: Timestamp
    device_id: UUID
    measurement_value: Value
    unit: StatedUnit = None
    channel: ChannelName = None


class DeviceReadingsIn(BaseModel):
    """Readings of one device. `unit` and `channel` hold for the readings that state none."""

    model_config = ConfigDict(extra="forbid")

    device_id: UUID
    unit: StatedUnit = None
    channel: ChannelName = None
    readings: list[BareReadingIn] = Field(min_length=1, max_length=10_000)


class RejectionOut(BaseModel):
    """A reading that was not stored in the load profile. Administrators can list and replay it."""

    index: int = Field(description="Position in the request, from 0.")
    device_id: str | None = Field(description="As it was sent.")
    timestamp: int | str | None = Field(description="As it was sent; null if it was no number and no text.")
    code: RejectionCode = Field(description="Reason, for programs.")
    detail: str = Field(description="Reason, for people.")
    field: str = Field(description="Field that is wrong; empty if it is the whole reading.")


class ReceiptOut(BaseModel):
    """Every reading of the request is accepted, a duplicate or rejected."""

    accepted: int = Field(description="Readings that are stored now.")
    duplicates: int = Field(description="Readings that were stored before with the same value.")
    rejected: list[RejectionOut]


class ReadingOut(BaseModel):
    timestamp: datetime
    measurement_value: float = Field(description="In the unit of the device.")
    energy_kwh: float = Field(description="Energy that the reading stands for, in kWh.")


class RejectedOut(BaseModel):
    """A stored rejected reading. Equal rejections from one sender are one entry."""

    id: UUID
    received_at: datetime = Field(description="When it was last received.")
    device_id: str | None = Field(description="As it was sent; it may be no valid id.")
    code: RejectionCode = Field(description="Reason, for programs.")
    detail: str = Field(description="Reason, for people.")
    payload: Any = Field(description="The reading as it was sent; shortened text if it is too long to store.")
    times: int = Field(description="How often it was received.")
    state: RejectionState


class RejectedGroup(BaseModel):
    """Pending rejected readings of one reason."""

    code: RejectionCode
    count: int = Field(description="Different readings.")
    times: int = Field(description="How often they were received in all.")
    latest_at: datetime = Field(description="When the latest was received.")


class RejectedChoice(BaseModel):
    """Pending rejected readings: either those with these ids, or all of one reason."""

    model_config = ConfigDict(extra="forbid")

    ids: list[UUID] | None = Field(None, min_length=1, max_length=1000)
    code: RejectionCode | None = None

    @model_validator(mode="after")
    def _require_one(self) -> "RejectedChoice":
        if (self.ids is None) == (self.code is None):
            raise ValueError("send either `ids` or `code`")
        return self


class Replayed(BaseModel):
    """Result of a replay."""

    replayed: int = Field(description="Readings that are stored now.")
    still_rejected: int = Field(description="Readings that were rejected again; their reason is updated.")


class Dismissed(BaseModel):
    """Result of a dismissal."""

    dismissed: int


def alert_of(row: Mapping[Any, Any]) -> Alert:
    """The alert of a row of `alerts` (energies in µWh) with its `device_id`."""
    energies = {"energy_kwh": exact_kwh(row["energy"]), "limit_kwh": exact_kwh(row["hourly_limit"])}
    return Alert.model_validate({**row, **energies})


@dataclass(frozen=True, slots=True)
class Period:
    """The instants [begin, end), in UTC; None is no bound."""

    begin: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class BoundedPeriod(Period):
    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class AlertFilter:
    """Conditions that all hold; None is no condition. The hour of an alert overlaps `period`."""

    device_id: UUID | None = None
    state: AlertState | None = None
    acknowledged: bool | None = None
    past: bool | None = None
    period: Period = Period()


class CorrectionIn(BaseModel):
    """A reading that is wrong or missing, and what counts instead."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"timestamp": "2026-05-04T10:00:00Z", "replacement": None, "reason": "Test of the installer"},
                {"timestamp": 1777888800000, "replacement": 350, "unit": "Wh", "reason": "Read by hand"},
            ]
        },
    )

    timestamp: Timestamp
    replacement: Annotated[float, Field(ge=0)] | None = Field(
        description="Value of the reading in `unit`, else in the unit of the device. Null: the reading is set aside.",
        examples=[0.35],
    )
    reason: Reason
    unit: StatedUnit = None


class CorrectionOut(BaseModel):
    """A change of stored readings. One that an administrator made is in force until `undone_at`."""

    id: UUID
    timestamp: datetime = Field(description="Of the reading; of a deletion: the start of its period.")
    until: datetime | None = Field(description="Of a deletion: the end of its period, exclusive.")
    kind: Literal["replaced", "set_aside", "corrected", "deleted"] = Field(
        description="`replaced`: another value was sent for the same time; `set_aside`: an administrator excluded the "
        "reading; `corrected`: an administrator replaced or added it; `deleted`: an administrator deleted the readings "
        "of a period."
    )
    previous_value: float | None = Field(
        description="The value that was sent, in the unit of the device; null: none was. An undo restores it."
    )
    replacement: float | None = Field(description="The value that counts instead, in the unit of the device; or none.")
    previous_kwh: float | None = Field(description="`previous_value` in kWh.")
    replacement_kwh: float | None = Field(description="`replacement` in kWh.")
    unit: str = Field(description="Unit of the device.")
    count: int | None = Field(description="Deleted readings; null for an owner if the period begins before their time.")
    reason: str | None = Field(description="Null if the kind is `replaced`.")
    made_at: datetime
    made_by: UUID | None = Field(description="Null: the reading arrived over the queue.")
    undone_at: datetime | None = Field(description="When it was undone, or ended by a later correction or deletion.")
    undone_by: UUID | None


class DeletedReadings(BaseModel):
    """Result of a deletion."""

    deleted: int = Field(description="Readings that were stored in the period.")


class SuspiciousInterval(BaseModel):
    """Quarter hours whose energy may be wrong."""

    start: datetime
    end: datetime = Field(description="Exclusive.")
    energy_kwh: float
    reason: Literal["implausible", "largest", "out_of_pattern"] = Field(
        description="`implausible`: more than the device can use at its maximum power; `out_of_pattern`: more than ten "
        "times the 99th percentile of the same hour of day on the other days of the last 60; `largest`: one of the ten "
        "largest readings of the last 400 days, and more than ten times the typical one."
    )
    timestamp: datetime | None = Field(
        description="Of the reading that makes up at least half of the energy; null if there is none."
    )
    value: float | None = Field(description="Its value in the unit of the device.")


class AlertConditions(BaseModel):
    """Conditions that all hold; an omitted one is none. `from` and `to`: alerts whose hour overlaps the period."""

    model_config = ConfigDict(extra="forbid")

    device_id: UUID | None = None
    state: AlertState | None = None
    past: bool | None = None
    begin: AwareDatetime | None = Field(None, alias="from")
    end: AwareDatetime | None = Field(None, alias="to")


class AlertChoice(BaseModel):
    """Alerts to acknowledge: either those with these ids, or all that fulfil the conditions of `filter`."""

    model_config = ConfigDict(extra="forbid")

    ids: list[UUID] | None = Field(None, min_length=1, max_length=200)
    filter: AlertConditions | None = None

    @model_validator(mode="after")
    def _require_one(self) -> "AlertChoice":
        if (self.ids is None) == (self.filter is None):
            raise ValueError("send either `ids` or `filter`")
        return self


class Acknowledged(BaseModel):
    """Result of acknowledging several alerts."""

    acknowledged: int = Field(description="Alerts that this request acknowledged.")


class Count(BaseModel):
    count: int


class ConsumptionPoint(BaseModel):
    """One interval of a load profile."""

    start: datetime
    end: datetime = Field(description="Exclusive.")
    energy_kwh: float = Field(description="0 when the quality is `missing`.")
    quality: Quality = Field(
        description="The first that applies. `missing`: no data; `suspicious`: a quarter hour has more energy than the "
        "device's maximum power allows; `estimated`: energy was spread from a longer interval, or is the first after a "
        "silence of an hour or more and may belong to it; `partial`: data covers only a part of what is over; "
        "`corrected`: an administrator replaced or set aside a reading; `measured`: none of these."
    )
    limit_kwh: float | None = Field(
        None, description="Limit of this hour, as it was then; only with `resolution=hour`, absent without a limit."
    )


class Consumption(BaseModel):
    """The load profile of a device: every local interval that touches [from, to), up to now.

    A period in the future has no points.
    """

    model_config = ConfigDict(populate_by_name=True)

    device_id: UUID
    time_zone: str = Field(description="IANA time zone of the device, in which the intervals begin.")
    resolution: Resolution = Field(description="The one requested, or the one that `auto` chose.")
    from_: datetime = Field(
        alias="from", description="Start of the first interval; where the period begins when there is none."
    )
    to: datetime = Field(description="End of the last interval, exclusive; equal to `from` when there is none.")
    total_kwh: float = Field(description="Sum of the intervals.")
    points: list[ConsumptionPoint]


class HeatmapDay(BaseModel):
    """A local date and the energy of its 24 clock hours."""

    date: date
    hours: list[float | None] = Field(
        description="kWh of the hours 0 to 23; null where nothing was measured. An hour that the clock repeats is the "
        "sum of both, an hour that it skips is null.",
        min_length=24,
        max_length=24,
    )


class Heatmap(BaseModel):
    """Hourly energy of a device by local date."""

    device_id: UUID
    time_zone: str = Field(description="IANA time zone of the device.")
    days: list[HeatmapDay]


class Summary(BaseModel):
    """Current values of a device. Days and months are those of its time zone.

    `*_same_time_kwh` is the energy of the previous period up to the same time of day and month as now.
    """

    device_id: UUID
    time_zone: str = Field(description="IANA time zone of the device.")
    state: Literal["live", "silent", "never"] = Field(
        description="`live`: sent a reading recently; `silent`: sent none for an hour (a setting of the server); "
        "`never`: has sent none."
    )
    last_reading_at: datetime | None = Field(description="A reading ahead of now is not the last one.")
    silent_from: datetime | None = Field(description=SILENT_FROM)
    last_measurement_value: float | None = Field(description="Value of the last reading, in the unit of the device.")
    power_w: float | None = Field(description=POWER)
    last_power_w: float | None = Field(description=LAST_POWER)
    limit_kwh: float | None = Field(description="Hourly limit; null if the device has none.")
    hour: HourSoFar
    today_kwh: float
    yesterday_kwh: float
    yesterday_same_time_kwh: float
    month_kwh: float = Field(description="Energy of the running month so far.")
    last_month_kwh: float
    last_month_same_time_kwh: float
    over_limit_since: datetime | None = Field(description="When the running hour exceeded its limit.")
    first_reading_at: datetime | None = Field(description="Start of the first quarter hour with a reading.")


class MinuteCount(BaseModel):
    """Readings stored in a minute."""

    minute: datetime = Field(description="Start of the minute.")
    count: int


class Attention(BaseModel):
    """Something that an administrator should check: a device, or the rejected readings."""

    kind: Literal["silent", "over_limit", "rejected"]
    device_id: UUID | None = Field(None, description="Null for `rejected`.")
    name: str | None = Field(None, description="Name of the device.")
    count: int | None = Field(None, description="Pending rejected readings; only for `rejected`.")
    since: datetime | None = Field(
        None, description="`over_limit`: when the hour exceeded its limit; `silent`: time of the last reading."
    )


class Fleet(BaseModel):
    """Counts of devices by state, the load of the last hour, and what needs attention."""

    devices: int
    reporting: int = Field(description="Devices that sent a reading recently.")
    silent: int = Field(description="Devices that sent none for an hour (a setting of the server).")
    never: int = Field(description="Devices that have sent no reading at all.")
    over_limit: int = Field(description="Devices whose running hour exceeds its limit.")
    rejected_pending: int = Field(description="Rejected readings that are neither replayed nor dismissed.")
    readings_per_minute: list[MinuteCount] = Field(description="The last 60 minutes, oldest first.")
    attention: list[Attention] = Field(description="At most ten devices of a kind.")
