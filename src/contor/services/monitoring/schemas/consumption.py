"""Load profiles, heat maps and current values. Energies in kWh (six decimals), powers in W, times in UTC."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from contor.contracts.readings import LAST_POWER, POWER, SILENT_FROM, HourSoFar
from contor.services.monitoring.metering.quality import Quality
from contor.services.monitoring.metering.slots import Resolution


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
