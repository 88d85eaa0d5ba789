"""Running a service, in this order: its own parts, its consumers on the bus, its outbox relayed."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence

from contor.kernel.bus import BatchHandler
from contor.kernel.messaging.inbox import in_memory, once
from contor.kernel.messaging.outbox import Relay
from contor.kernel.messaging.retention import keep_forgetting
from contor.kernel.service import Context, Service, WorkQueue


def subscribe(service: Service, context: Context) -> None:
    """Put the service's consumers on the bus. Before the bus starts."""
    for consumer in service.consumers:
        if consumer.every_replica:
            context.bus.subscribe_broadcast(consumer.kind, in_memory(context, consumer))
        else:
            context.bus.subscribe(service.name, consumer.kind, once(context.database, consumer))
    for queue in service.queues:
        context.bus.consume(queue.name, _handler(queue, context))


def _handler(queue: WorkQueue, context: Context) -> BatchHandler:
    async def handle(bodies: Sequence[bytes]) -> None:
        await queue.handler(bodies, context)

    return handle


@contextlib.asynccontextmanager
async def running(service: Service, context: Context) -> AsyncIterator[None]:
    """Run the service's lifespan. Around the running bus: what is delivered needs the parts that it provides."""
    async with service.lifespan(context):
        yield


@contextlib.asynccontextmanager
async def relaying(service: Service, context: Context) -> AsyncIterator[None]:
    """Relay the service's outbox until what is under way is finished. Within the running bus."""
    if not service.has_database:
        yield
        return
    relay = Relay(service.name, context.database, context.bus)
    task = asyncio.create_task(relay.run(), name=f"relay-{service.name}")
    forgetting = asyncio.create_task(keep_forgetting(service.name, context.database))
    try:
        yield
    finally:
        await relay.stop()
        await task
        forgetting.cancel()
        await asyncio.gather(forgetting, return_exceptions=True)
