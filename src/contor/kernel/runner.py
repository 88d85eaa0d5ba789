"""Running a service: its consumers on the bus, its outbox relayed, its own background parts."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from contor.kernel.inbox import in_memory, once
from contor.kernel.outbox import Relay
from contor.kernel.service import Context, Service


def subscribe(service: Service, context: Context) -> None:
    """Put the service's consumers on the bus. Before the bus starts."""
    for consumer in service.consumers:
        if consumer.every_replica:
            context.bus.listen(consumer.kind, in_memory(context, consumer))
        else:
            context.bus.subscribe(service.name, consumer.kind, once(context.database, consumer))


@contextlib.asynccontextmanager
async def running(service: Service, context: Context) -> AsyncIterator[None]:
    """Run the service's lifespan, and relay its outbox until what is under way is finished."""
    async with contextlib.AsyncExitStack() as stack:
        if service.has_database:
            relay = Relay(service.name, context.database, context.bus)
            task = asyncio.create_task(relay.run(), name=f"relay-{service.name}")
            stack.push_async_callback(_finish, relay, task)
        if service.lifespan is not None:
            await stack.enter_async_context(service.lifespan(context))
        yield


async def _finish(relay: Relay, task: asyncio.Task[None]) -> None:
    await relay.stop()
    await task
