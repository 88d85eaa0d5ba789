"""A client of work queues for programs that are not services: needs only permission to write to one queue."""

import contextlib
from collections.abc import Sequence

from contor.kernel.bus.rabbit import batch_consumer
from contor.kernel.bus.rabbit.channel import BrokerUnavailable, Channel, open_channel


class QueueSender:
    """`Bus.send` alone, on a connection that is opened again when it was lost."""

    def __init__(self, url: str, name: str) -> None:
        self._url = url
        self._name = name
        self._connection = contextlib.AsyncExitStack()
        self._channel: Channel | None = None

    async def connect(self) -> Channel:
        """Open the connection unless it is open. Raises `BrokerUnavailable`."""
        if self._channel is None:
            opening = open_channel(self._url, self._name, confirms=True)
            self._channel = await self._connection.enter_async_context(opening)
        return self._channel

    async def send(self, queue: str, bodies: Sequence[bytes]) -> None:
        """Return when all bodies are safely stored; raise when that is not certain."""
        channel = await self.connect()
        try:
            await batch_consumer.send(self._url, channel, queue, bodies)
        except BrokerUnavailable:
            await self.close()
            raise

    async def close(self) -> None:
        self._channel = None
        await self._connection.aclose()
