"""Clients that reconnect after every disconnection and fetch missed items through REST, as the frontend does."""

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import TypeVar

import httpx
from websockets.exceptions import WebSocketException

from tests.system.live_socket import LiveSocket, open_socket
from tests.system.users import Json, User
from tests.waiting import until

PAGE = 200


class ReconnectingClient(ABC):
    """`sockets` in order of connection. A repeated delivery of the same event has the same frame id."""

    def __init__(self, user: User) -> None:
        self.sockets: list[LiveSocket] = []
        self.user = user

    @abstractmethod
    async def fetch_missed(self) -> None:
        """Fetch through REST what was missed while disconnected."""

    @abstractmethod
    def frames(self) -> dict[str, set[str]]:
        """Frame ids by the id of the item they contain."""

    def duplicates(self) -> set[str]:
        """Items received in frames of different ids: the frontend would show them twice."""
        return {item for item, ids in self.frames().items() if len(ids) > 1}

    async def run(self) -> None:
        while True:
            with contextlib.suppress(OSError, WebSocketException, httpx.TransportError):
                async with open_socket(self.user) as socket:
                    # Connect before fetching: an item created in between is received twice instead of never.
                    if self.sockets:
                        await self.fetch_missed()
                    self.sockets.append(socket)
                    await socket.closed.wait()
            await asyncio.sleep(0.1)


class AlertClient(ReconnectingClient):
    """Receives the alerts of an owner. `fetched`: alerts read through REST after a disconnection."""

    def __init__(self, user: User) -> None:
        super().__init__(user)
        self.fetched: set[str] = set()

    async def fetch_missed(self) -> None:
        self.fetched |= {alert["id"] for alert in await self.user.get_all("/monitoring/alerts")}

    def frames(self) -> dict[str, set[str]]:
        ids: dict[str, set[str]] = defaultdict(set)
        for socket in self.sockets:
            for frame in socket.frames_of("alert.raised"):
                ids[frame["data"]["id"]].add(frame["id"])
        return ids

    def past_announced(self) -> int:
        """How many past alerts frames announced; some may have been missed while disconnected."""
        frames = {frame["id"]: frame for socket in self.sockets for frame in socket.frames_of("alerts.past_found")}
        return sum(frame["data"]["count"] for frame in frames.values())

    def alert_ids(self) -> set[str]:
        return {*self.frames(), *self.fetched}


class ChatClient(ReconnectingClient):
    """Receives the messages of a conversation. A gap does not trigger a fetch: frames must deliver every message."""

    def __init__(self, user: User, conversation: str) -> None:
        super().__init__(user)
        self.conversation = conversation
        self._fetched: list[Json] = []

    async def fetch_missed(self) -> None:
        after = self._last_contiguous_seq()
        while True:
            path = f"/chat/conversations/{self.conversation}/messages"
            page = (await self.user.get(path, after_seq=after, limit=PAGE))["items"]
            self._fetched += page
            if len(page) < PAGE:
                return
            after = page[-1]["seq"]

    def frames(self) -> dict[str, set[str]]:
        ids: dict[str, set[str]] = defaultdict(set)
        for frame in self._received():
            ids[frame["data"]["message"]["id"]].add(frame["id"])
        return ids

    def messages(self) -> list[Json]:
        """Every message received or fetched, in order of its number."""
        items = self._fetched + [frame["data"]["message"] for frame in self._received()]
        return sorted({message["id"]: message for message in items}.values(), key=lambda m: m["seq"])

    def texts(self) -> list[str]:
        return [message["text"] for message in self.messages()]

    def _received(self) -> list[Json]:
        frames = [frame for socket in self.sockets for frame in socket.frames_of("chat.message")]
        return [frame for frame in frames if frame["data"]["message"]["conversation_id"] == self.conversation]

    def _last_contiguous_seq(self) -> int:
        last = 0
        for message in self.messages():
            if message["seq"] > last + 1:
                break
            last = message["seq"]
        return last


R = TypeVar("R", bound=ReconnectingClient)


@contextlib.asynccontextmanager
async def connected(client: R) -> AsyncIterator[R]:
    """Run the client until the block ends; it is connected when the block begins."""
    task = asyncio.create_task(client.run())
    try:
        await until(lambda: client.sockets or task.done(), what="the first socket")
        yield client
        assert not task.done(), task.result()
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@contextlib.asynccontextmanager
async def alert_client(user: User) -> AsyncIterator[AlertClient]:
    async with connected(AlertClient(user)) as client:
        yield client


@contextlib.asynccontextmanager
async def chat_client(user: User, conversation: str) -> AsyncIterator[ChatClient]:
    async with connected(ChatClient(user, conversation)) as client:
        yield client
