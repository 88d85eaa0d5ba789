"""Monitoring: readings in, load profile and limit alerts out."""

import contextlib
from collections.abc import AsyncIterator

from contor.kernel.service import Context, Service
from contor.services.monitoring.consumers import CONSUMERS, QUEUES
from contor.services.monitoring.endpoints import router
from contor.services.monitoring.ingest import LARGEST_BODY, Ingest
from contor.services.monitoring.settings import MonitoringSettings


@contextlib.asynccontextmanager
async def ingesting(context: Context) -> AsyncIterator[None]:
    """The writer that every reading goes through."""
    ingest = Ingest(context, MonitoringSettings())
    context.provide(ingest)
    async with ingest.running():
        yield


service = Service(
    name="monitoring",
    prefix="/monitoring",
    router=router,
    consumers=CONSUMERS,
    queues=QUEUES,
    lifespan=ingesting,
    body_limit=LARGEST_BODY,
)
