"""Live values: published after readings are stored, for sockets that watch the device."""

import time
from collections.abc import Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from itertools import islice
from operator import itemgetter
from typing import Any

from contor.contracts.readings import ConsumptionUpdated, DeviceConsumption, HourSoFar, LiveValues, epoch_ms
from contor.kernel.clock import now
from contor.kernel.messaging.message import Envelope
from contor.kernel.periodic import periodic
from contor.kernel.service import Context
from contor.services.monitoring.metering.slots import day_start, hour_of, local_date, slot_at, start_of
from contor.services.monitoring.metering.units import kwh
from contor.services.monitoring.repository.current_values import RunningHour, fetch_live_values
from contor.services.monitoring.repository.ingest import Channel
from contor.services.monitoring.service.current_values import LastReading
from contor.services.monitoring.settings import MonitoringSettings

MAX_METERS = 500
"""Of one live update."""
FREQUENT_SECONDS = 3.0
"""Between live values of a meter with several readings a minute: its power reads all readings of the minute, which
takes 2.5 times as long as the rest."""


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
                last = LastReading.of(row, at, self._silent_after)
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


def _live_values(
    channel: Channel, row: Any, hours: Mapping[str, tuple[int, int, int]], last: LastReading
) -> LiveValues:
    _, first, after = hours[channel.time_zone]
    return LiveValues(
        device_id=channel.device_id,
        measurement_value=row["last_value"] / channel.scale,
        **last._asdict(),
        hour=HourSoFar(start=start_of(first), end=start_of(after), energy_kwh=kwh(row["hour"])),
        limit_kwh=None if channel.hourly_limit is None else kwh(channel.hourly_limit),
        today_kwh=kwh(row["today"]),
    )
