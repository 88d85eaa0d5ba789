"""A TCP proxy between a browser and Contor that simulates network failures."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from urllib.parse import urlsplit


class TcpProxy:
    """Forwards TCP connections to `target`. While cut, it has no connections and refuses new ones."""

    def __init__(self, target: str) -> None:
        self._target = urlsplit(target)
        self._server: asyncio.Server | None = None
        self._port = 0
        self._stalled = False
        self._dropped_request: bytes | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    async def restore(self) -> None:
        """End every failure and accept connections. Open connections are aborted: they may have lost data."""
        await self._abort_connections()
        self._stalled = False
        self._dropped_request = None
        if self._server is None:
            self._server = await asyncio.start_server(self._forward, "127.0.0.1", self._port)
            self._port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        await self._abort_connections()

    def stall(self) -> None:
        """Keep and accept connections, but forward nothing in either direction."""
        self._stalled = True

    def drop_responses_to(self, request: str) -> None:
        """Forward requests that begin with `request`, but nothing more in the other direction of their connection."""
        self._dropped_request = request.encode()

    async def _abort_connections(self) -> None:
        for writer in self._writers:
            writer.transport.abort()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        ends = {writer}
        self._writers.add(writer)
        responses_dropped = False

        def forwards_request(chunk: bytes) -> bool:
            nonlocal responses_dropped
            responses_dropped = responses_dropped or (
                self._dropped_request is not None and self._dropped_request in chunk
            )
            return not self._stalled

        try:
            server_reader, server_writer = await asyncio.open_connection(self._target.hostname, self._target.port)
            ends.add(server_writer)
            if writer.transport.is_closing():  # the proxy was cut while connecting
                return
            self._writers.add(server_writer)
            await asyncio.gather(
                _copy(reader, server_writer, forwards_request),
                _copy(server_reader, writer, lambda _: not (self._stalled or responses_dropped)),
            )
        finally:
            self._writers -= ends
            for end in ends:
                end.close()


async def _copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter, forwards: Callable[[bytes], bool]) -> None:
    with contextlib.suppress(OSError):
        while chunk := await source.read(65_536):
            if forwards(chunk):
                sink.write(chunk)
                await sink.drain()
    if forwards(b""):
        sink.close()


@contextlib.asynccontextmanager
async def tcp_proxy(target: str) -> AsyncIterator[TcpProxy]:
    proxy = TcpProxy(target)
    await proxy.restore()
    try:
        yield proxy
    finally:
        await proxy.cut()
