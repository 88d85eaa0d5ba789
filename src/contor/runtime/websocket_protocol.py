"""uvicorn's WebSocket protocol with limits on unsent bytes and on the time to close."""

import asyncio
import resource
from asyncio.transports import BaseTransport, Transport
from typing import cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

WRITE_BUFFER = 16 * 1024
OPEN_FILES = 65_536


class SocketProtocol(WebSocketsSansIOProtocol):
    """For `ws=` of `uvicorn.Config`.

    Closing a transport waits until the peer has read everything; a peer that never reads would block its connection and
    the server's shutdown for ever. After `grace_seconds` the connection is aborted instead.
    """

    grace_seconds = 3.0
    _abort_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        cast("Transport", transport).set_write_buffer_limits(high=WRITE_BUFFER)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self._abort_timer is not None:
            self._abort_timer.cancel()

    async def run_asgi(self) -> None:
        await super().run_asgi()
        self._abort_later()

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self._abort_later()

    def shutdown(self) -> None:
        super().shutdown()
        self._abort_later()

    def _abort_later(self) -> None:
        if self._abort_timer is None and not self.disconnected:
            self._abort_timer = self.loop.call_later(self.grace_seconds, self.transport.abort)


def raise_open_files() -> None:
    """Raise the limit of open files, sockets included, to at most `OPEN_FILES`; the usual default is 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
