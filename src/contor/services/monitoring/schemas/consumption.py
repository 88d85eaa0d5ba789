"""Load profiles and heat maps."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from contor.services.monitoring.metering.slots import Resolution


class ConsumptionPoint(BaseModel):
    """One interval of a load profile."""

    start: datetime
    end: datetime = Field(description="Exclusive.")
    energy_kwh: float = Field(description="0 when the quality is `missing`.")
    quality: Literal["measured", "missing"] = Field(description="`missing`: no reading lies in the interval.")
    limit_kwh: float | None = Field(None, description="Hourly limit of the device; only with `resolution=hour`.")


class Consumption(BaseModel):
    """The load profile of a device: every local interval that touches [from, to), up to now."""

    model_config = ConfigDict(populate_by_name=True)

    device_id: UUID
    time_zone: str = Field(description="IANA time zone of the device, in which the intervals begin.")
    resolution: Resolution
    from_: datetime = Field(alias="from", description="Start of the first interval.")
    to: datetime = Field(description="End of the last interval, exclusive.")
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
