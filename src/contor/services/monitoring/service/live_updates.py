"""Live updates: the newest values of meters, published shortly after their readings are stored."""

import contextlib
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any

from contor.contracts.readings import ConsumptionUpdated, DeviceConsumption, HourSoFar, LiveValues
from contor.kernel.clock import now
from contor.kernel.messaging.message import Envelope
from contor.kernel.periodic import periodic
from contor.kernel.service import Context
from contor.services.monitoring.metering.slots import day_start, hour_of, instant_of, local_date, slot_at, start_of
from contor.services.monitoring.metering.units import kwh, mean_power_w
from contor.services.monitoring.repository.ingest import Channel
from contor.services.monitoring.repository.live import LiveRepository, RunningHour

MAX_METERS = 500
"""Of one message."""


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

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with periodic(self._interval, self._publish, failed="live_update_failed"):
            yield

    async def _publish(self) -> None:
        if not self._channels:
            return
        channels = dict(self._channels.popitem() for _ in range(min(MAX_METERS, len(self._channels))))
        at = now()
        zones = {channel.time_zone for channel in channels.values()}
        hours = {zone: _running_hour(at, zone) for zone in zones}
        async with self._context.database.autocommit() as connection:
            rows = await LiveRepository(connection).live_values(
                [RunningHour(meter, *hours[channel.time_zone]) for meter, channel in channels.items()]
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
