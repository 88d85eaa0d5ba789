"""Current values of meters: as summaries on request, and as live updates after their readings are stored."""

import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from itertools import islice
from operator import itemgetter
from typing import Any, Literal, NamedTuple
from uuid import UUID

import asyncpg
from sqlalchemy.ext.asyncio import AsyncSession

from contor.contracts.readings import ConsumptionUpdated, DeviceConsumption, HourSoFar, LiveValues, epoch_ms
from contor.kernel.clock import now
from contor.kernel.database import raw
from contor.kernel.identity import Identity
from contor.kernel.messaging.message import Envelope
from contor.kernel.pagination import Page
from contor.kernel.periodic import periodic
from contor.kernel.service import Context
from contor.services.monitoring.metering.slots import day_start, hour_of, instant_of, local_date, slot_at, start_of
from contor.services.monitoring.metering.terms import EVER
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
from contor.services.monitoring.settings import MonitoringSettings

MAX_METERS = 500
"""Of one live update."""
FREQUENT_SECONDS = 3.0
"""Between live values of a meter with several readings a minute: its power reads all readings of the minute, which
takes 2.5 times as long as the rest."""
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


class _Last(NamedTuple):
    """What the last reading up to now says about a meter."""

    state: Literal["live", "silent"]
    last_reading_at: datetime
    silent_from: datetime
    power_w: float | None
    last_power_w: float | None

    @classmethod
    def of(cls, row: Any, at: datetime, silent_after: timedelta) -> "_Last":
        last_at = instant_of(row["last_at"])
        silent = last_at + silent_after < at
        power = mean_power_w(row["energy"], row["from_at"], row["last_at"])
        return cls("silent" if silent else "live", last_at, last_at + silent_after, None if silent else power, power)


def _summary(meter: MeterView, periods: Periods, row: Any, at: datetime, silent_after: timedelta) -> Summary:
    last = None if row["last_at"] is None else _Last.of(row, at, silent_after)
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


class LiveUpdates:
    """Publishes the newest values of meters that got readings, each meter at most once an interval.

    The channels are those that the batch was stored with. Their owners, who may see the values, and their sums and
    newest readings are queried: other replicas may have changed them since.
    """

    def __init__(self, context: Context, settings: MonitoringSettings) -> None:
        self._context = context
        self._interval = settings.live_interval_ms / 1000
        self._silent_after = settings.silent_after
        self._channels: dict[int, Channel] = {}
        self._not_before: dict[int, float] = {}
        """By channel number, in `time.monotonic()`."""

    def add(self, channels: Mapping[int, Channel]) -> None:
        """Channels, by number, with new readings."""
        self._channels.update(channels)

    def running(self) -> AbstractAsyncContextManager[None]:
        return periodic(self._interval, self._publish, failed="live_update_failed")

    async def _publish(self) -> None:
        channels = self._pop_due()
        if not channels:
            return
        at = now()
        hours = {zone: _running_hour(at, zone) for zone in {channel.time_zone for channel in channels.values()}}
        running = [RunningHour(number, epoch_ms(at), *hours[channel.time_zone]) for number, channel in channels.items()]
        async with self._context.database.autocommit() as connection:
            rows = await fetch_live_values(connection, running)
        not_before = time.monotonic() + FREQUENT_SECONDS
        self._not_before.update((row["channel"], not_before) for row in rows if row["short"])
        values: dict[tuple[int, bool], LiveValues] = {}
        for row in rows:
            if row["last_at"] is not None:
                last = _Last.of(row, at, self._silent_after)
                values[row["channel"], row["owned"]] = _live_values(channels[row["channel"]], row, hours, last)
        devices = [_consumption(row, values) for row in _one_a_meter(rows) if (row["channel"], False) in values]
        await self._context.bus.publish(Envelope.of(ConsumptionUpdated(devices=devices)))

    def _pop_due(self) -> dict[int, Channel]:
        at = time.monotonic()
        self._not_before = {number: instant for number, instant in self._not_before.items() if instant > at}
        due = islice((number for number in self._channels if number not in self._not_before), MAX_METERS)
        return {number: self._channels.pop(number) for number in list(due)}


def _one_a_meter(rows: Iterable[Any]) -> Iterable[Any]:
    """The owner's own row where a meter has one."""
    return {row["channel"]: row for row in sorted(rows, key=itemgetter("owned"))}.values()


def _consumption(row: Any, values: Mapping[tuple[int, bool], LiveValues]) -> DeviceConsumption:
    """An owner without a reading in their time gets nothing."""
    number, owner_id = row["channel"], row["owner_id"]
    if not row["owned"]:
        return DeviceConsumption(owner_id=owner_id, values=values[number, False])
    own = values.get((number, True))
    return DeviceConsumption(owner_id=owner_id if own else None, values=values[number, False], owner_values=own)


def _running_hour(at: datetime, zone: str) -> tuple[int, int, int]:
    """The first slot of the day, and the slots [first, after) of the hour."""
    slot = slot_at(at)
    return day_start(local_date(slot, zone), zone), *hour_of(slot, zone)


def _live_values(channel: Channel, row: Any, hours: Mapping[str, tuple[int, int, int]], last: _Last) -> LiveValues:
    _, first, after = hours[channel.time_zone]
    return LiveValues(
        device_id=channel.device_id,
        measurement_value=row["last_value"] / channel.scale,
        **last._asdict(),
        hour=HourSoFar(start=start_of(first), end=start_of(after), energy_kwh=kwh(row["hour"])),
        limit_kwh=None if channel.hourly_limit is None else kwh(channel.hourly_limit),
        today_kwh=kwh(row["today"]),
    )
