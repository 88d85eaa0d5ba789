"""An owner's browser through trouble: it reconnects as long as it takes, and asks REST for what it missed."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator

import httpx
from websockets.exceptions import WebSocketException

from tests.system.people import Person
from tests.system.sockets import LiveSocket, live
from tests.waiting import until


class Watcher:
    """`sockets` it had one after the other; `fetched`: alerts it found by REST after a cut."""

    def __init__(self, person: Person) -> None:
        self.sockets: list[LiveSocket] = []
        self.fetched: set[str] = set()
        self._person = person

    def frames(self) -> dict[str, set[str]]:
        """For each alert the ids of the frames that told of it: a repeated delivery has the same id."""
        told: dict[str, set[str]] = defaultdict(set)
        for socket in self.sockets:
            for frame in socket.of("alert.raised"):
                told[frame["data"]["id"]].add(frame["id"])
        return told

    def known(self) -> set[str]:
        return {*self.frames(), *self.fetched}

    def told_twice(self) -> set[str]:
        """Alerts that a client which drops repeats, by the frame's id, would show more than once."""
        return {alert for alert, ids in self.frames().items() if len(ids) > 1}

    async def watch(self) -> None:
        while True:
            with contextlib.suppress(OSError, WebSocketException, httpx.TransportError):
                async with live(self._person) as socket:
                    # First the socket, then the question: what is raised in between comes twice rather than never.
                    if self.sockets:
                        self.fetched |= {alert["id"] for alert in await self._person.all("/monitoring/alerts")}
                    self.sockets.append(socket)
                    await socket.closed.wait()
            await asyncio.sleep(0.1)


@contextlib.asynccontextmanager
async def watching(person: Person) -> AsyncIterator[Watcher]:
    watcher = Watcher(person)
    task = asyncio.create_task(watcher.watch())
    try:
        await until(lambda: watcher.sockets or task.done(), what="the first socket")
        yield watcher
        assert not task.done(), task.result()
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
