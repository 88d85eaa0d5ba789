"""A WebSocket client that signs in by its first frame and records every frame."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.system.users import Json, User
from tests.waiting import until


class LiveSocket:
    """`frames` in order of arrival; after `closed`, the close code and the time (`closed_at`, monotonic)."""

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
            pass  # the close code tells the reason
        self.closed_at = time.monotonic()
        self.close_code = self._connection.close_code
        self.closed.set()

    def drop(self) -> None:
        """Abort the connection without a close frame."""
        self._connection.transport.abort()

    async def send(self, **frame: Any) -> None:
        await self._connection.send(json.dumps(frame))

    def frames_of(self, type: str, **data: Any) -> list[Json]:
        """Received frames of this type whose data contain these values."""
        return [f for f in self.frames if f["type"] == type and data.items() <= f["data"].items()]

    async def wait_for(self, type: str, *, seconds: float = 10, **data: Any) -> Json:
        """The first frame of this type with these data, as soon as it arrives."""
        return (await until(lambda: self.frames_of(type, **data), seconds=seconds, what=f"{type} {data}"))[0]

    async def sync(self) -> None:
        """Return when every frame that the server sent before this call has arrived."""
        before = len(self.pongs())
        await self.send(type="ping")
        await until(lambda: len(self.pongs()) > before, what="pong")

    def pongs(self) -> list[Json]:
        return [frame for frame in self.frames if frame["type"] == "pong"]


@contextlib.asynccontextmanager
async def open_socket(user: User, at: str = "") -> AsyncIterator[LiveSocket]:
    """A socket that the server has answered with `ready`. `at`: the URL of a replica, to skip the gateway."""
    url = (at or user.url).replace("http", "ws", 1) + "/ws"
    async with connect(url, origin=None, proxy=None, compression=None, max_queue=None) as connection:
        socket = LiveSocket(connection)
        listening = asyncio.create_task(socket.listen())
        try:
            await socket.send(type="auth", token=user.token)
            await until(lambda: socket.frames_of("ready") or socket.closed.is_set(), what="ready")
            yield socket
        finally:
            await connection.close()
            await listening
