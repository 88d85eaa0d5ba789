"""The batch writer, through which every reading is stored, and the live updates that follow."""

import contextlib
import functools
from collections.abc import AsyncIterator

from contor.kernel.periodic import periodic
from contor.kernel.service import Context
from contor.services.monitoring.ingestion.batch_writer import BatchWriter
from contor.services.monitoring.ingestion.limits import evaluate_begun_hours
from contor.services.monitoring.service.correction_retention import PURGE_SECONDS, purge_corrections
from contor.services.monitoring.service.live_updates import LiveUpdates
from contor.services.monitoring.settings import MonitoringSettings

BEGUN_SECONDS = 5.0


@contextlib.asynccontextmanager
async def lifespan(context: Context) -> AsyncIterator[None]:
    """Register `MonitoringSettings` and `BatchWriter`."""
    settings = MonitoringSettings()
    live_updates = LiveUpdates(context, settings)
    writer = BatchWriter(context.database, settings, live_updates.add)
    context.register(settings)
    context.register(writer)
    begun = functools.partial(evaluate_begun_hours, context.database)
    upcoming = periodic(BEGUN_SECONDS, begun, failed="begun_hours_evaluation_failed", immediately=True)
    purge = functools.partial(purge_corrections, context.database)
    purges = periodic(PURGE_SECONDS, purge, failed="corrections_purge_failed", immediately=True)
    async with live_updates.running(), writer.running(), upcoming, purges:
        yield
