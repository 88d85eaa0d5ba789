"""A browser through trouble: it reconnects as long as it takes, and asks REST for what it missed."""

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import TypeVar

import httpx
from websockets.exceptions import WebSocketException

from tests.system.people import Json, Person
from tests.system.sockets import LiveSocket, live
from tests.waiting import until

PAGE = 200


class Returning(ABC):
    """`sockets` it had one after the other. A repeated delivery of a fact has the same frame id."""

    def __init__(self, person: Person) -> None:
        self.sockets: list[LiveSocket] = []
        self.person = person

    @abstractmethod
    async def ask_for_missed(self) -> None:
        """By REST, after a cut."""

    @abstractmethod
    def frames(self) -> dict[str, set[str]]:
        """For each thing the ids of the frames that told of it."""

    def told_twice(self) -> set[str]:
        """What a client which drops repeats, by the frame's id, would show more than once."""
        return {thing for thing, ids in self.frames().items() if len(ids) > 1}

    async def watch(self) -> None:
        while True:
            with contextlib.suppress(OSError, WebSocketException, httpx.TransportError):
                async with live(self.person) as socket:
                    # First the socket, then the question: what happens in between comes twice rather than never.
                    if self.sockets:
                        await self.ask_for_missed()
                    self.sockets.append(socket)
                    await socket.closed.wait()
            await asyncio.sleep(0.1)


class Watcher(Returning):
    """An owner who watches for alerts. `fetched`: those found by REST after a cut."""

    def __init__(self, person: Person) -> None:
        super().__init__(person)
        self.fetched: set[str] = set()

    async def ask_for_missed(self) -> None:
        self.fetched |= {alert["id"] for alert in await self.person.all("/monitoring/alerts")}

    def frames(self) -> dict[str, set[str]]:
        told: dict[str, set[str]] = defaultdict(set)
        for socket in self.sockets:
            for frame in socket.of("alert.raised"):
                told[frame["data"]["id"]].add(frame["id"])
        return told

    def known(self) -> set[str]:
        return {*self.frames(), *self.fetched}


class Follower(Returning):
    """Somebody in a conversation. A hole in what was heard is no reason to ask: frames are to tell of everything."""

    def __init__(self, person: Person, conversation: str) -> None:
        super().__init__(person)
        self.conversation = conversation
        self._fetched: list[Json] = []

    async def ask_for_missed(self) -> None:
        after = self._without_a_hole_up_to()
        while True:
            path = f"/chat/conversations/{self.conversation}/messages"
            page = (await self.person.get(path, after_seq=after, limit=PAGE))["items"]
            self._fetched += page
            if len(page) < PAGE:
                return
            after = page[-1]["seq"]

    def frames(self) -> dict[str, set[str]]:
        told: dict[str, set[str]] = defaultdict(set)
        for frame in self._heard():
            told[frame["data"]["message"]["id"]].add(frame["id"])
        return told

    def seen(self) -> list[Json]:
        """Every message it knows of, in the order of their numbers."""
        known = self._fetched + [frame["data"]["message"] for frame in self._heard()]
        return sorted({message["id"]: message for message in known}.values(), key=lambda m: m["seq"])

    def texts(self) -> list[str]:
        return [message["text"] for message in self.seen()]

    def _heard(self) -> list[Json]:
        frames = [frame for socket in self.sockets for frame in socket.of("chat.message")]
        return [frame for frame in frames if frame["data"]["message"]["conversation_id"] == self.conversation]

    def _without_a_hole_up_to(self) -> int:
        upto = 0
        for message in self.seen():
            if message["seq"] > upto + 1:
                break
            upto = message["seq"]
        return upto


R = TypeVar("R", bound=Returning)


@contextlib.asynccontextmanager
async def present(returning: R) -> AsyncIterator[R]:
    """Connected now, and again after whatever happens."""
    task = asyncio.create_task(returning.watch())
    try:
        await until(lambda: returning.sockets or task.done(), what="the first socket")
        yield returning
        assert not task.done(), task.result()
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@contextlib.asynccontextmanager
async def watching(person: Person) -> AsyncIterator[Watcher]:
    async with present(Watcher(person)) as watcher:
        yield watcher


@contextlib.asynccontextmanager
async def following(person: Person, conversation: str) -> AsyncIterator[Follower]:
    async with present(Follower(person, conversation)) as follower:
        yield follower
