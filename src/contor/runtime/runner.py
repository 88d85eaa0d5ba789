"""Running services: their lifespans, their consumers on the bus, their outbox relays."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from functools import partial
from typing import TypeVar

from contor.kernel.bus import Bus
from contor.kernel.messaging.inbox import idempotent_handler
from contor.kernel.messaging.outbox import Relay
from contor.kernel.messaging.retention import PURGE_SECONDS, purge_messages
from contor.kernel.periodic import periodic
from contor.kernel.service import Context, Service

T = TypeVar("T")


@contextlib.asynccontextmanager
async def run_services(bus: Bus, contexts: Mapping[Service, Context]) -> AsyncIterator[None]:
    """Run services whose consumers are subscribed, and the bus with them, until the block ends.

    The bus starts after every lifespan, whose resources the consumers use, and stops after every relay.
    """
    async with contextlib.AsyncExitStack() as stack:
        for service, context in contexts.items():
            await stack.enter_async_context(service.lifespan(context))
        await bus.start()
        stack.push_async_callback(bus.stop)
        for service, context in contexts.items():
            if service.has_database:
                await stack.enter_async_context(_relay_outbox(context))
        yield


def subscribe(service: Service, context: Context) -> None:
    """Subscribe the service's consumers. Before the bus starts."""
    for consumer in service.consumers:
        if consumer.every_replica:
            context.bus.subscribe_broadcast(consumer.kind, _with_context(consumer.handler, context))
        else:
            context.bus.subscribe(service.name, consumer.kind, idempotent_handler(context.database, consumer))
    for queue in service.queues:
        context.bus.consume(queue.name, _with_context(queue.handler, context))


def _with_context(handler: Callable[[T, Context], Awaitable[None]], context: Context) -> Callable[[T], Awaitable[None]]:
    return lambda received: handler(received, context)


@contextlib.asynccontextmanager
async def _relay_outbox(context: Context) -> AsyncIterator[None]:
    """Ends when the current batch is published."""
    relay = Relay(context.service, context.database, context.bus)
    task = asyncio.create_task(relay.run(), name=f"relay-{context.service}")
    purge = partial(purge_messages, context.database)
    async with periodic(PURGE_SECONDS, purge, failed="messages_purge_failed", immediately=True):
        try:
            yield
        finally:
            await relay.stop()
            await task
