"""The batch writer, through which every reading is stored, and the live values it leads to."""

import contextlib
from collections.abc import AsyncIterator

from contor.kernel.service import Context
from contor.services.monitoring.ingestion.batch_writer import Ingest
from contor.services.monitoring.service.live_updates import LiveUpdates
from contor.services.monitoring.settings import MonitoringSettings


@contextlib.asynccontextmanager
async def lifespan(context: Context) -> AsyncIterator[None]:
    """Register `MonitoringSettings` and `Ingest`; store what was submitted before the end."""
    settings = MonitoringSettings()
    live_updates = LiveUpdates(context, settings.live_interval_ms / 1000)
    ingest = Ingest(context, settings, live_updates.add)
    context.register(settings)
    context.register(ingest)
    async with live_updates.running(), ingest.running():
        yield
