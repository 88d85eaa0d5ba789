"""The consumer of a work queue: raw bodies are prefetched, delivered in batches and acknowledged together."""

import asyncio
from collections import deque
from collections.abc import Sequence
from functools import partial
from typing import Any

import pika
from uuid_utils.compat import uuid7

from contor.kernel.bus import MAX_BACKOFF, BatchHandler
from contor.kernel.bus.delivery import deliver_batch
from contor.kernel.bus.rabbit import topology
from contor.kernel.bus.rabbit.channel import BrokerUnavailable, Channel
from contor.kernel.bus.rabbit.dead_letters import PERSISTENT
from contor.kernel.bus.rabbit.event_consumer import StoreDeadLetter
from contor.kernel.clock import wait_for_event
from contor.kernel.messaging.message import Envelope
from contor.kernel.retry import Retry
from contor.kernel.telemetry import HANDLED, log

BATCH_BODIES = 5000
BATCH_BYTES = 2 * 2**20
BATCH_SECONDS = 0.02
"""Time in which a batch fills up, from its first body."""
PREFETCH_LOW, PREFETCH_HIGH = 100, 10_000
SMALL, LARGE = 1024, 8192
"""Average bytes of a body below and above which the prefetch is high and low, to hold at most some 10 MB."""
MAX_UNCONFIRMED = 500


class BatchConsumer:
    """One handler on one queue. While it handles a batch, the next one is fetched and heartbeats are answered."""

    def __init__(
        self,
        url: str,
        queue: str,
        handler: BatchHandler,
        store_dead_letter: StoreDeadLetter,
        initial_backoff: float,
        watch_seconds: float,
    ) -> None:
        self._url = url
        self.queue = queue
        self.handler = handler
        self.ready = asyncio.Event()
        self._store_dead_letter = store_dead_letter
        self._initial_backoff = initial_backoff
        self._retry = Retry(initial_backoff=initial_backoff, max_backoff=MAX_BACKOFF)
        self._watch_seconds = watch_seconds
        self._fetched: deque[tuple[int, bytes]] = deque()
        self._first_at = 0.0
        self._arrived = asyncio.Event()
        """Set by a first body, by `stop` and by the loss of the channel."""
        self._full = asyncio.Event()
        self._stopping = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._checked_at = 0.0
        self._prefetch = PREFETCH_LOW
        self._tag: str | None = None

    async def serve(self, channel: Channel) -> None:
        """Consume until `stop` or until the channel is lost; the broker then redelivers unacknowledged bodies."""
        self._fetched.clear()
        self._tag = None
        channel.lost.add_done_callback(lambda _: self._arrived.set())
        await topology.declare_work_queue(self._url, self.queue)
        await topology.declare_dead_letters(channel, self.queue)
        await self._consume(channel, PREFETCH_LOW)
        self.ready.set()
        try:
            while not self._stopping.is_set():
                await self._check_consumed(channel)
                if await self._wait_for_batch(channel):
                    await self._handle(channel, self._next_batch())
        finally:
            self.ready.clear()

    async def stop(self) -> None:
        """Finish the current batch; prefetched bodies are redelivered when the connection closes."""
        self._stopping.set()
        self._arrived.set()
        self._full.set()
        await self._idle.wait()

    async def _consume(self, channel: Channel, prefetch: int) -> None:
        if self._tag is not None:
            await channel.call("basic_cancel", consumer_tag=self._tag)
        await channel.call("basic_qos", prefetch_count=prefetch)
        consuming = await channel.call(
            "basic_consume", queue=self.queue, on_message_callback=partial(self._on_message, channel)
        )
        self._tag, self._prefetch = consuming.method.consumer_tag, prefetch

    def _on_message(self, channel: Channel, _: Any, method: Any, __: Any, body: bytes) -> None:
        if channel.lost.done():
            return  # its delivery tag is not valid on the next channel
        if not self._fetched:
            self._first_at = asyncio.get_running_loop().time()
            self._arrived.set()
        self._fetched.append((method.delivery_tag, body))
        if len(self._fetched) >= min(BATCH_BODIES, self._prefetch):
            self._full.set()

    async def _wait_for_batch(self, channel: Channel) -> bool:
        """Whether there is a batch: a full one at once, a smaller one `BATCH_SECONDS` after its first body arrived."""
        if not self._fetched and not channel.lost.done():
            self._arrived.clear()
            self._full.clear()
            await wait_for_event(self._arrived, self._watch_seconds)
        if self._fetched:
            waited = asyncio.get_running_loop().time() - self._first_at
            await wait_for_event(self._full, BATCH_SECONDS - waited)
        if channel.lost.done():
            raise channel.lost.result()
        return bool(self._fetched) and not self._stopping.is_set()

    async def _check_consumed(self, channel: Channel) -> None:
        """Every `watch_seconds`; raises `BrokerUnavailable`."""
        if (moment := asyncio.get_running_loop().time()) - self._checked_at >= self._watch_seconds:
            self._checked_at = moment
            await topology.check_consumed(channel, self.queue)

    def _next_batch(self) -> list[tuple[int, bytes]]:
        batch: list[tuple[int, bytes]] = []
        size = 0
        while self._fetched and len(batch) < BATCH_BODIES and (not batch or size < BATCH_BYTES):
            batch.append(self._fetched.popleft())
            size += len(batch[-1][1])
        if len(self._fetched) < BATCH_BODIES:
            self._full.clear()
        return batch

    async def _handle(self, channel: Channel, batch: Sequence[tuple[int, bytes]]) -> None:
        bodies = [body for _, body in batch]
        self._idle.clear()
        try:
            if await self._deliver(channel, bodies):
                channel.ack(batch[-1][0], multiple=True)
        finally:
            self._idle.set()
        average = sum(map(len, bodies)) / len(bodies)
        if self._prefetch == PREFETCH_LOW and average <= SMALL and len(bodies) > 1:
            await self._consume(channel, PREFETCH_HIGH)
        elif self._prefetch == PREFETCH_HIGH and average > LARGE:
            await self._consume(channel, PREFETCH_LOW)

    async def _deliver(self, channel: Channel, bodies: Sequence[bytes]) -> bool:
        """Whether every body is handled or a dead letter; retried as long as the channel is open."""
        delays = self._retry.delays()
        while True:
            try:
                rejected = await deliver_batch(self.queue, bodies, self.handler, self._initial_backoff)
                for body, error in rejected:
                    await self._store_dead_letter(self.queue, Envelope(self.queue, uuid7(), body), error)
            except Exception as error:
                log.warning("batch_retry_scheduled", queue=self.queue, bodies=len(bodies), error=repr(error)[:200])
            else:
                HANDLED.labels(self.queue, self.queue, "handled").inc(len(bodies) - len(rejected))
                HANDLED.labels(self.queue, self.queue, "dead").inc(len(rejected))
                return True
            await asyncio.wait([channel.lost], timeout=next(delays))
            if self._stopping.is_set() or channel.lost.done():
                return False


async def send(url: str, channel: Channel, queue: str, bodies: Sequence[bytes]) -> None:
    """Declare the queue and publish all, at most `MAX_UNCONFIRMED` unconfirmed; raises unless all are confirmed."""
    properties = pika.BasicProperties(delivery_mode=PERSISTENT)
    unconfirmed: deque[asyncio.Future[None]] = deque()
    if queue not in channel.declared:
        await topology.declare_work_queue(url, queue)
        channel.declared.add(queue)
    try:
        for body in bodies:
            unconfirmed.append(channel.publish("", queue, body, properties, mandatory=True))
            if len(unconfirmed) > MAX_UNCONFIRMED:
                await channel.wait_confirmed(unconfirmed.popleft())
        for confirmed in unconfirmed:
            await channel.wait_confirmed(confirmed)
    except BrokerUnavailable:
        channel.declared.discard(queue)  # it may have been deleted
        raise
