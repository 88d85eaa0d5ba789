"""Live values: after readings are stored, screens that watch these meters get their newest values."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from contor.contracts.readings import ConsumptionUpdated, DeviceConsumption, HourSoFar, LiveValues
from contor.kernel.clock import now
from contor.kernel.database import raw
from contor.kernel.messaging.message import Envelope
from contor.kernel.service import Context
from contor.kernel.telemetry import log
from contor.services.monitoring.metering.slots import MWH_PER_UNIT, instant_of, kwh, start_of
from contor.services.monitoring.repository.access import MeterView, MeterViewRepository
from contor.services.monitoring.repository.summaries import Periods, SummaryRepository
from contor.services.monitoring.service.summaries import current_periods, power_of

MAX_METERS = 500
"""Of one message."""


class LiveUpdates:
    """Publishes the newest values of meters that got readings, at most once an interval."""

    def __init__(self, context: Context, interval_seconds: float) -> None:
        self._context = context
        self._interval = interval_seconds
        self._meters: dict[int, None] = {}

    def add(self, meters: Iterable[int]) -> None:
        self._meters.update(dict.fromkeys(meters))

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self._publish_for_ever(), name="live-updates")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _publish_for_ever(self) -> None:
        while True:
            await asyncio.sleep(self._interval)
            if not self._meters:
                continue
            meters = [self._meters.popitem()[0] for _ in range(min(MAX_METERS, len(self._meters)))]
            try:
                async with self._context.database.transaction() as session:
                    message = await _consumption_now(session, meters)
                await self._context.bus.publish(Envelope.of(message))
            except Exception as error:
                log.warning("live_update_failed", error=repr(error)[:200])


async def _consumption_now(session: AsyncSession, numbers: Sequence[int]) -> ConsumptionUpdated:
    meters = {meter.number: meter for meter in await MeterViewRepository(session).by_number(numbers)}
    at = now()
    periods = {number: current_periods(number, meter.time_zone, at) for number, meter in meters.items()}
    rows = await SummaryRepository(await raw(session)).live_values(list(periods.values()))
    return ConsumptionUpdated(devices=[_device(meters[row["meter"]], periods[row["meter"]], row) for row in rows])


def _device(meter: MeterView, periods: Periods, row: Any) -> DeviceConsumption:
    hour = HourSoFar(start=periods.hour_start, end=start_of(periods.hour_after), energy_kwh=kwh(row["hour"] or 0))
    values = LiveValues(
        device_id=meter.device_id,
        last_reading_at=instant_of(row["last_at"]),
        measurement_value=row["last_value"] / MWH_PER_UNIT[meter.unit],
        power_w=power_of(row),
        hour=hour,
        limit_kwh=None if meter.hourly_limit is None else kwh(meter.hourly_limit),
        today_kwh=kwh(row["today"] or 0),
    )
    return DeviceConsumption(owner_id=meter.owner_id, values=values)
