"""Current values of meters."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from contor.contracts.readings import HourSoFar


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
    last_reading_at: datetime | None
    last_measurement_value: float | None = Field(description="Value of the last reading, in the unit of the device.")
    power_w: float | None = Field(description="Mean power between the last two readings, in W.")
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
