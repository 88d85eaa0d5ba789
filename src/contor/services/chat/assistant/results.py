"""What the tools found. Energies in kWh, powers in W, exactly as the services said them; times local to the meter."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class Found(BaseModel):
    model_config = ConfigDict(frozen=True)


class Meter(Found):
    id: UUID
    name: str
    time_zone: str
    hour_limit_kwh: Decimal
    address: str | None
    description: str | None


class Hour(Found):
    start: datetime
    end: datetime
    used_kwh: Decimal


class Day(Found):
    day: date
    used_kwh: Decimal


class MeterUse(Found):
    """One meter in a period. `before_kwh` is the period before, up to the same point if this one still runs."""

    meter: str
    measured: bool
    used_kwh: Decimal
    before_kwh: Decimal | None
    highest_hour: Hour | None


class Consumption(Found):
    """A period of every meter asked for. `before_*` is the period before, up to the same point if this one runs.

    Days whose time has not come yet are left out of `last` and of `days`.
    """

    first: date
    last: date
    running: bool
    measured: bool
    total_kwh: Decimal
    before_first: date
    before_last: date
    before_kwh: Decimal | None
    change_kwh: Decimal | None
    change_percent: Decimal | None
    average_day_kwh: Decimal
    highest_day: Day | None
    lowest_day: Day | None
    meters: tuple[MeterUse, ...]


class Now(Found):
    """One meter in the running hour."""

    meter: str
    state: Literal["live", "silent", "never"]
    last_reading_at: datetime | None
    hour_start: datetime
    hour_end: datetime
    hour_kwh: Decimal
    limit_kwh: Decimal | None
    left_kwh: Decimal | None
    over_kwh: Decimal | None
    of_limit_percent: Decimal | None
    power_w: Decimal | None
    today_kwh: Decimal


class Standing(Found):
    meters: tuple[Now, ...]


class Alert(Found):
    meter: str
    hour_start: datetime
    hour_end: datetime
    used_kwh: Decimal
    limit_kwh: Decimal
    over_kwh: Decimal
    over_percent: Decimal
    severity: Literal["warning", "critical"]
    state: Literal["active", "cleared"]
    acknowledged: bool


class Alerts(Found):
    """Hours that passed their limit, the newest first; `more` when there are older ones too."""

    first: date
    last: date
    count: int
    unacknowledged: int
    more: bool
    alerts: tuple[Alert, ...]


class Meters(Found):
    count: int
    meters: tuple[Meter, ...]


class GuidePage(Found):
    id: str
    title: str
    text: str
    href: str | None


class Guide(Found):
    pages: tuple[GuidePage, ...]


Result = Meters | Consumption | Standing | Alerts | Guide
