"""A browser's WebSocket: signed in by its first frame, everything it hears kept in order."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.system.people import Json, Person
from tests.waiting import until


class LiveSocket:
    """`frames` in the order they came; once it is `closed`, by which code, and when (`closed_at`, monotonic)."""

    def __init__(self, connection: ClientConnection) -> None:
        self.frames: list[Json] = []
        self.close_code: int | None = None
        self.closed_at = 0.0
        self.closed = asyncio.Event()
        self._connection = connection

    async def listen(self) -> None:
        try:
            async for text in self._connection:
                self.frames.append(json.loads(text))
        except ConnectionClosed:
            pass  # cut off; the code says how
        self.closed_at = time.monotonic()
        self.close_code = self._connection.close_code
        self.closed.set()

    def drop(self) -> None:
        """Lose the connection, without a word to the server."""
        self._connection.transport.abort()

    async def say(self, **frame: Any) -> None:
        await self._connection.send(json.dumps(frame))

    def of(self, type: str, **data: Any) -> list[Json]:
        """Frames heard of this type whose data hold these values."""
        return [f for f in self.frames if f["type"] == type and data.items() <= f["data"].items()]

    async def hears(self, type: str, *, seconds: float = 10, **data: Any) -> Json:
        """The first frame of this type with these data, once it is here."""
        return (await until(lambda: self.of(type, **data), seconds=seconds, what=f"{type} {data}"))[0]

    async def is_level(self) -> None:
        """Return when whatever the server had put on its way before is here."""
        answered = len(self.pongs())
        await self.say(type="ping")
        await until(lambda: len(self.pongs()) > answered, what="pong")

    def pongs(self) -> list[Json]:
        return [frame for frame in self.frames if frame["type"] == "pong"]


@contextlib.asynccontextmanager
async def live(person: Person, at: str = "") -> AsyncIterator[LiveSocket]:
    """The person's socket, open and answered `ready`; `at`: the URL of one replica, past the gateway."""
    url = (at or person.url).replace("http", "ws", 1) + "/ws"
    async with connect(url, origin=None, proxy=None, compression=None, max_queue=None) as connection:
        socket = LiveSocket(connection)
        listening = asyncio.create_task(socket.listen())
        try:
            await socket.say(type="auth", token=person.token)
            await until(lambda: socket.of("ready") or socket.closed.is_set(), what="ready")
            yield socket
        finally:
            await connection.close()
            await listening
