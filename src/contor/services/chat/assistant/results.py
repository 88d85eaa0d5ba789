"""What the tools return, computed from the services' responses.

Energies in kWh, powers in W, as exact decimals; times are local to the meter.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from contor.services.chat.assistant.periods import Period

DailyEnergy = Mapping[date, Decimal]
ZERO = Decimal(0)


class Result(BaseModel):
    model_config = ConfigDict(frozen=True)


class Meter(Result):
    id: UUID
    name: str
    time_zone: str
    hour_limit_kwh: Decimal
    address: str | None
    description: str | None

    def local(self, instant: str) -> datetime:
        return datetime.fromisoformat(instant).astimezone(ZoneInfo(self.time_zone))


class Meters(Result):
    count: int
    meters: tuple[Meter, ...]


class Hour(Result):
    start: datetime
    end: datetime
    used_kwh: Decimal


class Day(Result):
    day: date
    used_kwh: Decimal


class MeterConsumption(Result):
    """One meter in a period. `previous_kwh`: the previous period, up to the same point if this one is running."""

    meter: str
    measured: bool = False
    used_kwh: Decimal = ZERO
    previous_kwh: Decimal | None = None
    highest_hour: Hour | None = None

    @classmethod
    def of(cls, meter: Meter, profile: Any, previous: Decimal | None) -> "MeterConsumption":
        """From a load profile by the hour or the day; only the former has a highest hour."""
        points = measured_points(profile)
        hour = None
        if points and profile["resolution"] == "hour":
            peak = max(points, key=lambda point: point["energy_kwh"])
            hour = Hour(start=meter.local(peak["start"]), end=meter.local(peak["end"]), used_kwh=peak["energy_kwh"])
        total = profile["total_kwh"]
        return cls(meter=meter.name, measured=bool(points), used_kwh=total, previous_kwh=previous, highest_hour=hour)


class Consumption(Result):
    """A period of all meters asked for. `previous_*`: the previous period, up to the same point if this one is running.

    `last` is at most today. Without data of a meter in the previous period there is no comparison.
    """

    first: date
    last: date
    running: bool
    measured: bool
    total_kwh: Decimal
    previous_first: date
    previous_last: date
    previous_kwh: Decimal | None
    change_kwh: Decimal | None
    change_percent: Decimal | None
    average_day_kwh: Decimal
    highest_day: Day | None
    lowest_day: Day | None
    meters: tuple[MeterConsumption, ...]

    @classmethod
    def of(
        cls, period: Period, today: date, meters: Sequence[MeterConsumption], daily: Sequence[DailyEnergy]
    ) -> "Consumption":
        total = sum((each.used_kwh for each in meters), ZERO)
        measured = [each for each in meters if each.measured]
        compared = [each.previous_kwh for each in measured if each.previous_kwh is not None]
        previous = sum(compared, ZERO) if compared and len(compared) == len(measured) else None
        by_day: dict[date, Decimal] = defaultdict(Decimal)
        for day, used in (item for energies in daily for item in energies.items()):
            by_day[day] += used
        days = [Day(day=day, used_kwh=used) for day, used in by_day.items()]
        # Today is not over: it would always be the lowest day and lower the average.
        days = [each for each in days if each.day < today] or days
        return cls(
            first=period.first,
            last=max(min(period.last, today), period.first),
            running=period.first <= today <= period.last,
            measured=bool(measured),
            total_kwh=total,
            previous_first=period.previous().first,
            previous_last=period.previous().last,
            previous_kwh=previous,
            change_kwh=None if previous is None else total - previous,
            change_percent=None if not previous else (total - previous) * 100 / previous,
            average_day_kwh=sum((day.used_kwh for day in days), ZERO) / len(days) if days else ZERO,
            highest_day=max(days, key=lambda day: day.used_kwh, default=None),
            lowest_day=min(days, key=lambda day: day.used_kwh, default=None),
            meters=tuple(sorted(meters, key=lambda each: each.used_kwh, reverse=True)),
        )


class CurrentHour(Result):
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

    @property
    def measured(self) -> bool:
        """False of a silent meter that sent nothing in the hour: its 0 kWh are not a measurement."""
        return self.state == "live" or (self.last_reading_at is not None and self.last_reading_at >= self.hour_start)

    @classmethod
    def of(cls, meter: Meter, summary: Any) -> "CurrentHour":
        used, limit = summary["hour"]["energy_kwh"], summary["limit_kwh"]
        last = summary["last_reading_at"]
        return cls(
            meter=meter.name,
            state=summary["state"],
            last_reading_at=meter.local(last) if last else None,
            hour_start=meter.local(summary["hour"]["start"]),
            hour_end=meter.local(summary["hour"]["end"]),
            hour_kwh=used,
            limit_kwh=limit,
            left_kwh=limit - used if limit is not None and used <= limit else None,
            over_kwh=used - limit if limit is not None and used > limit else None,
            of_limit_percent=used * 100 / limit if limit else None,
            power_w=summary["power_w"],
            today_kwh=summary["today_kwh"],
        )


class CurrentHours(Result):
    meters: tuple[CurrentHour, ...]


class Alert(Result):
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

    @classmethod
    def of(cls, meter: Meter, alert: Any) -> "Alert":
        used, limit = alert["energy_kwh"], alert["limit_kwh"]
        return cls(
            meter=meter.name,
            hour_start=meter.local(alert["hour_start"]),
            hour_end=meter.local(alert["hour_end"]),
            used_kwh=used,
            limit_kwh=limit,
            over_kwh=used - limit,
            over_percent=(used - limit) * 100 / limit if limit else ZERO,
            severity=alert["severity"],
            state=alert["state"],
            acknowledged=alert["acknowledged_at"] is not None,
        )


class Alerts(Result):
    """Hours over their limit, the newest first; `more`: there are older ones that are not listed."""

    first: date
    last: date
    count: int
    unacknowledged: int
    more: bool
    alerts: tuple[Alert, ...]


class GuidePage(Result):
    id: str
    title: str
    text: str
    href: str | None


class Guide(Result):
    pages: tuple[GuidePage, ...]


def measured_points(profile: Any) -> list[Any]:
    return [point for point in profile["points"] if point["quality"] != "missing"]


def daily_energy(profile: Any) -> DailyEnergy:
    """Energy by local day, of the days with measurements."""
    zone = ZoneInfo(profile["time_zone"])
    days: dict[date, Decimal] = defaultdict(Decimal)
    for point in measured_points(profile):
        days[datetime.fromisoformat(point["start"]).astimezone(zone).date()] += point["energy_kwh"]
    return days
