"""Current values of meters, as summaries on request; `live_updates` publishes them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple
from uuid import UUID

import asyncpg
from sqlalchemy.ext.asyncio import AsyncSession

from contor.contracts.readings import HourSoFar, epoch_ms
from contor.kernel.clock import now
from contor.kernel.database import raw
from contor.kernel.identity import Identity
from contor.kernel.pagination import Page
from contor.services.monitoring.metering.slots import day_start, hour_of, instant_of, local_date, slot_at, start_of
from contor.services.monitoring.metering.terms import EVER
from contor.services.monitoring.metering.units import kwh, mean_power_w
from contor.services.monitoring.repository.access import MeterView, page_of_meters, require_meter
from contor.services.monitoring.repository.current_values import (
    Periods,
    fetch_summaries,
)
from contor.services.monitoring.schemas.consumption import Summary

NEVER = {"state": "never", "last_reading_at": None, "silent_from": None, "power_w": None, "last_power_w": None}
ENERGIES = ("today", "yesterday", "yesterday_same_time", "month", "last_month", "last_month_same_time")


async def get_summary(
    connection: asyncpg.Connection, identity: Identity, device_id: UUID, silent_after: timedelta
) -> Summary:
    """Raises `NotFound`."""
    meter = await require_meter(connection, device_id, identity)
    return (await _summaries(connection, [meter], silent_after))[0]


async def list_summaries(
    session: AsyncSession, identity: Identity, silent_after: timedelta, *, cursor: str | None, limit: int
) -> Page[Summary]:
    """Summaries of every meter that the user may see."""
    meters, next_cursor = await page_of_meters(session, identity, cursor=cursor, limit=limit)
    return Page(items=await _summaries(await raw(session), meters, silent_after), next_cursor=next_cursor)


def current_periods(channel: int, zone: str, at: datetime) -> Periods:
    slot = slot_at(at)
    hour_first, hour_after = hour_of(slot, zone)
    date = local_date(slot, zone)
    month_date = date.replace(day=1)
    today, month = day_start(date, zone), day_start(month_date, zone)
    yesterday = day_start(date - timedelta(days=1), zone)
    last_month = day_start((month_date - timedelta(days=1)).replace(day=1), zone)
    return Periods(
        channel=channel,
        now=epoch_ms(at),
        hour_first=hour_first,
        hour_after=hour_after,
        today=today,
        yesterday=yesterday,
        yesterday_now=min(yesterday + (slot + 1 - today), today),
        month=month,
        last_month=last_month,
        last_month_now=min(last_month + (slot + 1 - month), month),
        hour_start=start_of(hour_first),
    )


async def _summaries(
    connection: asyncpg.Connection, meters: Sequence[MeterView], silent_after: timedelta
) -> list[Summary]:
    """In the order of `meters`."""
    if not meters:
        return []
    at = now()
    periods = [_periods(meter, at) for meter in meters]
    rows = {row["channel"]: row for row in await fetch_summaries(connection, periods)}
    return [_summary(m, p, rows[m.channel], at, silent_after) for m, p in zip(meters, periods, strict=True)]


def _periods(meter: MeterView, at: datetime) -> Periods:
    visible_from = EVER if meter.visible_from is None else meter.visible_from
    periods = current_periods(meter.channel, meter.time_zone, at)
    return periods._replace(visible_from=visible_from, readable_from=meter.readable_from)


class LastReading(NamedTuple):
    """What the last reading up to now says about a meter."""

    state: Literal["live", "silent"]
    last_reading_at: datetime
    silent_from: datetime
    power_w: float | None
    last_power_w: float | None

    @classmethod
    def of(cls, row: Any, at: datetime, silent_after: timedelta) -> "LastReading":
        last_at = instant_of(row["last_at"])
        silent = last_at + silent_after < at
        power = mean_power_w(row["energy"], row["from_at"], row["last_at"])
        return cls("silent" if silent else "live", last_at, last_at + silent_after, None if silent else power, power)


def _summary(meter: MeterView, periods: Periods, row: Any, at: datetime, silent_after: timedelta) -> Summary:
    last = None if row["last_at"] is None else LastReading.of(row, at, silent_after)
    return Summary(
        device_id=meter.device_id,
        time_zone=meter.time_zone,
        last_measurement_value=None if last is None else row["last_value"] / meter.scale,
        **(NEVER if last is None else last._asdict()),
        limit_kwh=None if meter.hourly_limit is None else kwh(meter.hourly_limit),
        hour=HourSoFar(start=periods.hour_start, end=start_of(periods.hour_after), energy_kwh=kwh(row["hour"] or 0)),
        over_limit_since=row["over_limit_since"],
        first_reading_at=None if row["first_slot"] is None else start_of(row["first_slot"]),
        **{f"{period}_kwh": kwh(row[period] or 0) for period in ENERGIES},
    )
