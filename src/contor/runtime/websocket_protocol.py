"""uvicorn's WebSocket protocol with two bounds it does not have: on what waits unsent, and on how long."""

import asyncio
import resource
from asyncio.transports import BaseTransport, Transport
from typing import cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

WRITE_BUFFER = 16 * 1024
OPEN_FILES = 65_536


class SocketProtocol(WebSocketsSansIOProtocol):
    """Give as `ws=` to `uvicorn.Config`.

    Closing a transport waits until the other side has read everything, so one that never reads would keep
    its connection, and the server's own shutdown, for ever: after `grace_seconds` it is dropped instead.
    """

    grace_seconds = 3.0
    _drop: asyncio.TimerHandle | None = None

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        cast("Transport", transport).set_write_buffer_limits(high=WRITE_BUFFER)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self._drop is not None:
            self._drop.cancel()

    async def run_asgi(self) -> None:
        await super().run_asgi()
        self._drop_later()

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self._drop_later()

    def shutdown(self) -> None:
        super().shutdown()
        self._drop_later()

    def _drop_later(self) -> None:
        if self._drop is None and not self.disconnected:
            self._drop = self.loop.call_later(self.grace_seconds, self.transport.abort)


def raise_open_files() -> None:
    """Let this process open as many files as it may, at most `OPEN_FILES`: a socket is one, and 1,024 are usual."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
