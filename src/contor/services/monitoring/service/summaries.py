"""Current values of meters: last reading, power, and the energy of the running periods."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy.ext.asyncio import AsyncSession

from contor.contracts.readings import HourSoFar
from contor.kernel.clock import now
from contor.kernel.database import raw
from contor.kernel.identity import Identity
from contor.kernel.pagination import Page
from contor.services.monitoring.metering.slots import (
    day_start,
    hour_of,
    instant_of,
    local_date,
    slot_at,
    start_of,
)
from contor.services.monitoring.metering.units import kwh, mean_power_w
from contor.services.monitoring.repository.access import MeterView, MeterViewRepository
from contor.services.monitoring.repository.summaries import Periods, SummaryRepository
from contor.services.monitoring.schemas.summaries import Summary
from contor.services.monitoring.service.access import require_meter

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
    meters, next_cursor = await MeterViewRepository(session).page(identity, cursor=cursor, limit=limit)
    return Page(items=await _summaries(await raw(session), meters, silent_after), next_cursor=next_cursor)


def current_periods(meter: int, zone: str, at: datetime) -> Periods:
    slot = slot_at(at)
    hour_first, hour_after = hour_of(slot, zone)
    date = local_date(slot, zone)
    month_date = date.replace(day=1)
    today, month = day_start(date, zone), day_start(month_date, zone)
    yesterday = day_start(date - timedelta(days=1), zone)
    last_month = day_start((month_date - timedelta(days=1)).replace(day=1), zone)
    return Periods(
        meter=meter,
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
    periods = [current_periods(meter.number, meter.time_zone, at) for meter in meters]
    rows = {row["meter"]: row for row in await SummaryRepository(connection).summaries(periods)}
    return [_summary(m, p, rows[m.number], at - silent_after) for m, p in zip(meters, periods, strict=True)]


def _summary(meter: MeterView, periods: Periods, row: Any, silent_before: datetime) -> Summary:
    last_at = None if row["last_at"] is None else instant_of(row["last_at"])
    silent = last_at is not None and last_at < silent_before
    return Summary(
        device_id=meter.device_id,
        time_zone=meter.time_zone,
        state="never" if last_at is None else "silent" if silent else "live",
        last_reading_at=last_at,
        last_measurement_value=None if last_at is None else row["last_value"] / meter.scale,
        power_w=mean_power_w(row["last_value"], row["before_at"], row["last_at"]),
        limit_kwh=None if meter.hourly_limit is None else kwh(meter.hourly_limit),
        hour=HourSoFar(start=periods.hour_start, end=start_of(periods.hour_after), energy_kwh=kwh(row["hour"] or 0)),
        over_limit_since=row["over_limit_since"],
        first_reading_at=None if row["first_slot"] is None else start_of(row["first_slot"]),
        **{f"{period}_kwh": kwh(row[period] or 0) for period in ENERGIES},
    )
