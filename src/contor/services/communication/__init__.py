"""Communication: the open WebSockets, and what is pushed to them. It stores nothing."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from contor.kernel.service import Context, Service
from contor.services.communication.consumers import CONSUMERS
from contor.services.communication.endpoints import router
from contor.services.communication.hub import Hub
from contor.services.communication.presence import say_who_is_here
from contor.services.communication.settings import CommunicationSettings


@contextlib.asynccontextmanager
async def lifespan(context: Context) -> AsyncIterator[None]:
    hub = Hub(CommunicationSettings())
    context.provide(hub)
    context.bus.when_hearing(hub.set_hearing)
    presence = asyncio.create_task(say_who_is_here(context), name="presence")
    yield
    presence.cancel()
    await asyncio.gather(presence, return_exceptions=True)
    await hub.close()


service = Service("communication", "/ws", router, CONSUMERS, has_database=False, lifespan=lifespan)
