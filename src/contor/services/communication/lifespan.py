"""The hub of open sockets, and the presence reports."""

import contextlib
from collections.abc import AsyncIterator

from contor.kernel.service import Context
from contor.services.communication.live.hub import Hub
from contor.services.communication.live.presence import report_presence
from contor.services.communication.settings import CommunicationSettings


@contextlib.asynccontextmanager
async def lifespan(context: Context) -> AsyncIterator[None]:
    """Register `Hub`; close its sockets at the end."""
    hub = Hub(CommunicationSettings())
    context.register(hub)
    context.bus.on_subscription_state(hub.set_connected)
    async with report_presence(context.bus, hub):
        yield
    await hub.close()
