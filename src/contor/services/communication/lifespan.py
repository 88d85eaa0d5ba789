"""The hub of open sockets, and the presence it reports."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from contor.kernel.service import Context
from contor.services.communication.live.hub import Hub
from contor.services.communication.live.presence import say_who_is_here
from contor.services.communication.settings import CommunicationSettings


@contextlib.asynccontextmanager
async def lifespan(context: Context) -> AsyncIterator[None]:
    """Register `Hub`; close its sockets at the end."""
    hub = Hub(CommunicationSettings())
    context.register(hub)
    context.bus.when_hearing(hub.set_hearing)
    presence = asyncio.create_task(say_who_is_here(context), name="presence")
    yield
    presence.cancel()
    await asyncio.gather(presence, return_exceptions=True)
    await hub.close()
