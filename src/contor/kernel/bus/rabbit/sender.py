"""Sending to work queues for a program that is no service: all it needs of the broker is the right to write to one."""

import contextlib
from collections.abc import Sequence

from contor.kernel.bus.rabbit import topology, work_queues
from contor.kernel.bus.rabbit.channel import BrokerGone, Channel, open_channel


class Outlet:
    """`Bus.send` by itself, on a connection that is opened again after it was lost."""

    def __init__(self, url: str, name: str) -> None:
        self._url = url
        self._name = name
        self._connection = contextlib.AsyncExitStack()
        self._channel: Channel | None = None
        self._declared: set[str] = set()

    async def connect(self) -> None:
        """Connect where that is not done yet. Raises `BrokerGone`."""
        if self._channel is None:
            opening = open_channel(self._url, self._name, confirms=True)
            self._channel = await self._connection.enter_async_context(opening)

    async def send(self, queue: str, bodies: Sequence[bytes]) -> None:
        """Return when none of the bodies can be lost any more; raise if that is not certain."""
        await self.connect()
        channel = self._channel
        assert channel is not None  # noqa: S101  just connected
        try:
            if queue not in self._declared:
                await topology.declare_work_queue(self._url, queue)
                self._declared.add(queue)
            await work_queues.send(channel, queue, bodies)
        except BrokerGone:
            await self.close()
            raise

    async def close(self) -> None:
        self._channel = None
        self._declared.clear()
        await self._connection.aclose()
