"""The network cable between a browser and Contor, to be cut and mended."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from urllib.parse import urlsplit


class Cable:
    """Carries TCP to Contor at `url`; while it is cut, nothing that is open lives and nothing new is taken."""

    def __init__(self, to: str) -> None:
        self._to = urlsplit(to)
        self._server: asyncio.Server | None = None
        self._port = 0
        self._silent = False
        self._unanswered: bytes | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._carrying: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    async def mend(self) -> None:
        """Whole again; what was open on it has lost something, and learns that now."""
        await self._drop()
        self._silent = False
        self._unanswered = None
        if self._server is None:
            self._server = await asyncio.start_server(self._carry, "127.0.0.1", self._port)
            self._port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        await self._drop()

    def fall_silent(self) -> None:
        """What is open stays open and what is new is taken, but nothing arrives any more, on neither side."""
        self._silent = True

    def lose_answers_to(self, request: str) -> None:
        """Requests that begin so arrive and are done, and nothing comes back on their connection any more."""
        self._unanswered = request.encode()

    async def _drop(self) -> None:
        for writer in self._open:
            writer.transport.abort()
        await asyncio.gather(*self._carrying, return_exceptions=True)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._carrying.add(task)
        task.add_done_callback(self._carrying.discard)
        ends = {writer}
        self._open.add(writer)
        deaf = False

        def asks(chunk: bytes) -> bool:
            nonlocal deaf
            deaf = deaf or (self._unanswered is not None and self._unanswered in chunk)
            return not self._silent

        try:
            there, back = await asyncio.open_connection(self._to.hostname, self._to.port)
            ends.add(back)
            if writer.transport.is_closing():  # it was cut meanwhile
                return
            self._open.add(back)
            await asyncio.gather(_pump(reader, back, asks), _pump(there, writer, lambda _: not (self._silent or deaf)))
        finally:
            self._open -= ends
            for end in ends:
                end.close()


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter, arrives: Callable[[bytes], bool]) -> None:
    with contextlib.suppress(OSError):
        while chunk := await source.read(65_536):
            if arrives(chunk):
                sink.write(chunk)
                await sink.drain()
    if arrives(b""):
        sink.close()


@contextlib.asynccontextmanager
async def cable(to: str) -> AsyncIterator[Cable]:
    strung = Cable(to)
    await strung.mend()
    try:
        yield strung
    finally:
        await strung.cut()
