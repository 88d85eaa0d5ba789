"""Work queues: raw bodies fetched ahead, handed over in batches, acknowledged together when they are taken."""

import asyncio
from collections import deque
from collections.abc import Sequence
from functools import partial
from typing import Any

import pika
from uuid_utils.compat import uuid7

from contor.kernel.bus import BatchHandler
from contor.kernel.bus.batches import hand_over
from contor.kernel.bus.rabbit import topology
from contor.kernel.bus.rabbit.channel import Channel
from contor.kernel.bus.rabbit.dead_letters import PERSISTENT
from contor.kernel.bus.rabbit.deliveries import Bury
from contor.kernel.messaging.message import Envelope
from contor.kernel.telemetry import HANDLED, log

BATCH_BODIES = 5000
BATCH_BYTES = 2 * 2**20
GATHER_SECONDS = 0.02
FEW, MANY = 100, 10_000
SMALL, LARGE = 1024, 8192
"""Bodies fetched ahead: many only while they are small on average, so that what is held stays within some 10 MB."""
LONGEST_PAUSE = 5.0
WINDOW = 500


class WorkQueue:
    """One handler on one queue. While it handles a batch the next one is fetched, and heartbeats are answered."""

    def __init__(
        self, url: str, name: str, handler: BatchHandler, bury: Bury, first_pause: float, watch_seconds: float
    ) -> None:
        self._url = url
        self.name = name
        self.handler = handler
        self.ready = asyncio.Event()
        self._bury = bury
        self._first_pause = first_pause
        self._watch_seconds = watch_seconds
        self._fetched: deque[tuple[int, bytes]] = deque()
        self._oldest = 0.0
        self._arrived = asyncio.Event()
        self._full = asyncio.Event()
        self._stopping = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._looked = 0.0
        self._prefetch = FEW
        self._tag: str | None = None

    async def serve(self, channel: Channel) -> None:
        """Fetch and hand over until `stop` or until the channel is lost: whatever was not acknowledged comes again."""
        self._fetched.clear()
        self._tag = None
        await topology.declare_work_queue(self._url, self.name)
        await topology.declare_dead_letters(channel, self.name)
        await self._fetch(channel, FEW)
        self.ready.set()
        try:
            while not self._stopping.is_set():
                await self._look(channel)
                if await self._gathered(channel):
                    await self._take(channel, self._batch())
        finally:
            self.ready.clear()

    async def stop(self) -> None:
        """Finish the batch that is being handled; what was only fetched goes back when the connection closes."""
        self._stopping.set()
        self._arrived.set()
        self._full.set()
        await self._idle.wait()

    async def _fetch(self, channel: Channel, prefetch: int) -> None:
        if self._tag is not None:
            await channel.call("basic_cancel", consumer_tag=self._tag)
        await channel.call("basic_qos", prefetch_count=prefetch)
        consuming = await channel.call(
            "basic_consume", queue=self.name, on_message_callback=partial(self._on_message, channel)
        )
        self._tag, self._prefetch = consuming.method.consumer_tag, prefetch

    def _on_message(self, channel: Channel, _: Any, method: Any, __: Any, body: bytes) -> None:
        if channel.lost.done():
            return  # a last word of a connection that was given up: its tags mean nothing on the next one
        if not self._fetched:
            self._oldest = asyncio.get_running_loop().time()
            self._arrived.set()
        self._fetched.append((method.delivery_tag, body))
        if len(self._fetched) >= min(BATCH_BODIES, self._prefetch):
            self._full.set()

    async def _gathered(self, channel: Channel) -> bool:
        """Wait for a batch: a full one at once, a smaller one `GATHER_SECONDS` after its first body came."""
        if not self._fetched:
            self._arrived.clear()
            self._full.clear()
            await self._arrived_or_lost(channel)
        if self._fetched:
            waited = asyncio.get_running_loop().time() - self._oldest
            await _set_within(self._full, GATHER_SECONDS - waited)
        if channel.lost.done():
            raise channel.lost.result()
        return bool(self._fetched) and not self._stopping.is_set()

    async def _arrived_or_lost(self, channel: Channel) -> None:
        arrived = asyncio.ensure_future(self._arrived.wait())
        try:
            waiting: list[asyncio.Future[Any]] = [arrived, channel.lost]
            await asyncio.wait(waiting, timeout=self._watch_seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            arrived.cancel()

    async def _look(self, channel: Channel) -> None:
        """Every few seconds make sure that the broker still has us as a consumer."""
        if (looked := asyncio.get_running_loop().time()) - self._looked >= self._watch_seconds:
            self._looked = looked
            await topology.check_consumed(channel, self.name)

    def _batch(self) -> list[tuple[int, bytes]]:
        batch: list[tuple[int, bytes]] = []
        size = 0
        while self._fetched and len(batch) < BATCH_BODIES and (not batch or size < BATCH_BYTES):
            batch.append(self._fetched.popleft())
            size += len(batch[-1][1])
        if len(self._fetched) < BATCH_BODIES:
            self._full.clear()
        return batch

    async def _take(self, channel: Channel, batch: Sequence[tuple[int, bytes]]) -> None:
        bodies = [body for _, body in batch]
        self._idle.clear()
        try:
            if await self._settled(channel, bodies):
                channel.ack(batch[-1][0], multiple=True)
        finally:
            self._idle.set()
        average = sum(map(len, bodies)) / len(bodies)
        if self._prefetch == FEW and average <= SMALL and len(bodies) > 1:
            await self._fetch(channel, MANY)
        elif self._prefetch == MANY and average > LARGE:
            await self._fetch(channel, FEW)

    async def _settled(self, channel: Channel, bodies: Sequence[bytes]) -> bool:
        """Whether every body is taken or a dead letter; a database that is away is waited for, the channel is kept."""
        pause = self._first_pause
        while True:
            try:
                refused = await hand_over(self.name, bodies, self.handler, self._first_pause)
                for body, error in refused:
                    await self._bury(self.name, Envelope(self.name, uuid7(), body), error)
            except Exception as error:
                log.warning("batch_interrupted", queue=self.name, bodies=len(bodies), error=repr(error)[:200])
            else:
                HANDLED.labels(self.name, self.name, "taken").inc(len(bodies) - len(refused))
                HANDLED.labels(self.name, self.name, "dead").inc(len(refused))
                return True
            await asyncio.wait([channel.lost], timeout=pause)
            if self._stopping.is_set() or channel.lost.done():
                return False
            pause = min(2 * pause, LONGEST_PAUSE)


async def send(channel: Channel, queue: str, bodies: Sequence[bytes]) -> None:
    """Publish all, at most `WINDOW` ahead of the broker's confirmations; raises unless every one is confirmed."""
    properties = pika.BasicProperties(delivery_mode=PERSISTENT)
    ahead: deque[asyncio.Future[None]] = deque()
    for body in bodies:
        ahead.append(channel.publish("", queue, body, properties, mandatory=True))
        if len(ahead) > WINDOW:
            await channel.certain(ahead.popleft())
    for confirmed in ahead:
        await channel.certain(confirmed)


async def _set_within(event: asyncio.Event, seconds: float) -> bool:
    if event.is_set() or seconds <= 0:
        return event.is_set()
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return False
    return True
