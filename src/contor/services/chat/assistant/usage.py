"""From what the services answer to what is told: sums, comparisons, the highest hour and day."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from contor.services.chat.assistant.periods import Period
from contor.services.chat.assistant.results import Alert, Consumption, Day, Hour, Meter, MeterUse, Now

Days = Mapping[date, Decimal]
NOTHING = Decimal(0)


def nothing(name: str) -> MeterUse:
    """A meter in a period that has not begun."""
    return MeterUse(meter=name, measured=False, used_kwh=NOTHING, before_kwh=None, highest_hour=None)


def of_meter(meter: Meter, profile: Any, before: Decimal | None) -> MeterUse:
    """One meter's share, out of its load profile by the hour or the day."""
    measured = _measured(profile)
    peak = max(measured, key=lambda point: point["energy_kwh"], default=None)
    hour = None
    if peak is not None and profile["resolution"] == "hour":
        hour = Hour(start=local(peak["start"], meter), end=local(peak["end"], meter), used_kwh=peak["energy_kwh"])
    return MeterUse(
        meter=meter.name,
        measured=bool(measured),
        used_kwh=profile["total_kwh"],
        before_kwh=before,
        highest_hour=hour,
    )


def by_day(profile: Any) -> Days:
    """Energy by local day, of the days on which something was measured."""
    zone = ZoneInfo(profile["time_zone"])
    days: dict[date, Decimal] = defaultdict(Decimal)
    for point in _measured(profile):
        days[datetime.fromisoformat(point["start"]).astimezone(zone).date()] += point["energy_kwh"]
    return days


def consumption(period: Period, today: date, meters: Sequence[MeterUse], days: Sequence[Days]) -> Consumption:
    """All meters together. A meter that was not measured before is left out of neither total: then nothing compares."""
    total = sum((use.used_kwh for use in meters), NOTHING)
    measured = [use for use in meters if use.measured]
    compared = [use.before_kwh for use in measured]
    before = None if None in compared or not compared else sum((b for b in compared if b is not None), NOTHING)
    together: dict[date, Decimal] = defaultdict(Decimal)
    for each in days:
        for day, used in each.items():
            together[day] += used
    # The running day is not over: it would always be the lowest, and pull the average down.
    whole = {day: used for day, used in together.items() if day < today} or dict(together)
    last = max(min(period.last, today), period.first)
    earlier = period.previous()
    return Consumption(
        first=period.first,
        last=last,
        running=period.first <= today <= period.last,
        measured=bool(measured),
        total_kwh=total,
        before_first=earlier.first,
        before_last=earlier.last,
        before_kwh=before,
        change_kwh=None if before is None else total - before,
        change_percent=None if not before else (total - before) * 100 / before,
        average_day_kwh=sum(whole.values(), NOTHING) / len(whole) if whole else NOTHING,
        highest_day=_day(max(whole, key=lambda day: whole[day], default=None), whole),
        lowest_day=_day(min(whole, key=lambda day: whole[day], default=None), whole),
        meters=tuple(sorted(meters, key=lambda use: use.used_kwh, reverse=True)),
    )


def now(meter: Meter, summary: Any) -> Now:
    """A meter's running hour out of its summary."""
    used, limit = summary["hour"]["energy_kwh"], summary["limit_kwh"]
    last = summary["last_reading_at"]
    return Now(
        meter=meter.name,
        state=summary["state"],
        last_reading_at=local(last, meter) if last else None,
        hour_start=local(summary["hour"]["start"], meter),
        hour_end=local(summary["hour"]["end"], meter),
        hour_kwh=used,
        limit_kwh=limit,
        left_kwh=limit - used if limit is not None and used <= limit else None,
        over_kwh=used - limit if limit is not None and used > limit else None,
        of_limit_percent=used * 100 / limit if limit else None,
        power_w=summary["power_w"],
        today_kwh=summary["today_kwh"],
    )


def alert(meter: Meter, item: Any) -> Alert:
    """An alert with how far the hour went over its limit."""
    used, limit = item["energy_kwh"], item["limit_kwh"]
    return Alert(
        meter=meter.name,
        hour_start=local(item["hour_start"], meter),
        hour_end=local(item["hour_end"], meter),
        used_kwh=used,
        limit_kwh=limit,
        over_kwh=used - limit,
        over_percent=(used - limit) * 100 / limit if limit else NOTHING,
        severity=item["severity"],
        state=item["state"],
        acknowledged=item["acknowledged_at"] is not None,
    )


def local(instant: str, meter: Meter) -> datetime:
    return datetime.fromisoformat(instant).astimezone(ZoneInfo(meter.time_zone))


def _measured(profile: Any) -> list[Any]:
    return [point for point in profile["points"] if point["quality"] != "missing"]


def _day(day: date | None, days: Days) -> Day | None:
    return None if day is None else Day(day=day, used_kwh=days[day])
