"""Current values of meters: as summaries on request, and as live updates after their readings are stored."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy.ext.asyncio import AsyncSession

from contor.contracts.readings import ConsumptionUpdated, DeviceConsumption, HourSoFar, LiveValues
from contor.kernel.clock import now
from contor.kernel.database import raw
from contor.kernel.identity import Identity
from contor.kernel.messaging.message import Envelope
from contor.kernel.pagination import Page
from contor.kernel.periodic import periodic
from contor.kernel.service import Context
from contor.services.monitoring.metering.slots import day_start, hour_of, instant_of, local_date, slot_at, start_of
from contor.services.monitoring.metering.units import kwh, mean_power_w
from contor.services.monitoring.repository.access import MeterView, page_of_meters, require_meter
from contor.services.monitoring.repository.current_values import (
    Periods,
    RunningHour,
    fetch_live_values,
    fetch_summaries,
)
from contor.services.monitoring.repository.ingest import Channel
from contor.services.monitoring.schemas import Summary

MAX_METERS = 500
"""Of one live update."""
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
    rows = {row["meter"]: row for row in await fetch_summaries(connection, periods)}
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


class LiveUpdates:
    """Publishes the newest values of meters that got readings, each meter at most once an interval.

    The channels are those that the batch was stored with. Their owners, who may see the values, and their sums and
    newest readings are queried: other replicas may have changed them since.
    """

    def __init__(self, context: Context, interval_seconds: float) -> None:
        self._context = context
        self._interval = interval_seconds
        self._channels: dict[int, Channel] = {}

    def add(self, channels: Mapping[int, Channel]) -> None:
        """Channels, by meter number, with new readings."""
        self._channels.update(channels)

    def running(self) -> AbstractAsyncContextManager[None]:
        return periodic(self._interval, self._publish, failed="live_update_failed")

    async def _publish(self) -> None:
        if not self._channels:
            return
        channels = dict(self._channels.popitem() for _ in range(min(MAX_METERS, len(self._channels))))
        at = now()
        zones = {channel.time_zone for channel in channels.values()}
        hours = {zone: _running_hour(at, zone) for zone in zones}
        async with self._context.database.autocommit() as connection:
            rows = await fetch_live_values(
                connection, [RunningHour(meter, *hours[channel.time_zone]) for meter, channel in channels.items()]
            )
        message = ConsumptionUpdated(devices=[_consumption(channels[row["meter"]], row, hours) for row in rows])
        await self._context.bus.publish(Envelope.of(message))


def _running_hour(at: datetime, zone: str) -> tuple[int, int, int]:
    """The first slot of the day, and the slots [first, after) of the hour."""
    slot = slot_at(at)
    return day_start(local_date(slot, zone), zone), *hour_of(slot, zone)


def _consumption(channel: Channel, row: Any, hours: Mapping[str, tuple[int, int, int]]) -> DeviceConsumption:
    _, first, after = hours[channel.time_zone]
    last_at, last_value, before_at = row["last_at"], row["last_value"], row["before_at"]
    values = LiveValues(
        device_id=channel.device_id,
        last_reading_at=instant_of(last_at),
        measurement_value=last_value / channel.scale,
        power_w=mean_power_w(last_value, before_at, last_at),
        hour=HourSoFar(start=start_of(first), end=start_of(after), energy_kwh=kwh(row["hour"])),
        limit_kwh=None if channel.hourly_limit is None else kwh(channel.hourly_limit),
        today_kwh=kwh(row["today"]),
    )
    return DeviceConsumption(owner_id=row["owner_id"], values=values)
