"""The bus over RabbitMQ, for any number of processes."""

import asyncio
from collections.abc import Callable, Sequence

from contor.kernel.bus import INITIAL_BACKOFF, BatchHandler, DeadLetter, Handler, M, QueueDepth
from contor.kernel.bus.rabbit import batch_consumer, dead_letters, topology
from contor.kernel.bus.rabbit.batch_consumer import BatchConsumer
from contor.kernel.bus.rabbit.channel import BrokerUnavailable, Channel, open_channel, run_connected
from contor.kernel.bus.rabbit.event_consumer import EventConsumer
from contor.kernel.messaging.message import Envelope
from contor.kernel.telemetry import log

WATCH_SECONDS = 5.0
"""Between two checks that the broker still lists our consumers."""
START_SECONDS = 10.0
MAX_UNCONFIRMED = 5000
"""Messages that are not durable are discarded while more than these await confirmation."""


class RabbitBus:
    """One connection for publishing, one for events and one for each work queue, so that none blocks another.

    A handler has `MAX_ATTEMPTS` within one delivery. Deliveries that end with a lost process or connection are counted
    by the broker, which dead-letters a message after `topology.DELIVERY_LIMIT` of them. While the broker is away,
    publishing raises at once and the connections are retried. Events are published without `mandatory`, because one
    without subscribers is discarded; bodies of work queues with it, because they must not be.

    `dead_letters`, `replay` and `depths` may be called without `start`.
    """

    def __init__(
        self, url: str, *, initial_backoff: float = INITIAL_BACKOFF, watch_seconds: float = WATCH_SECONDS
    ) -> None:
        self._url = url
        self._initial_backoff = initial_backoff
        self._watch_seconds = watch_seconds
        self._publisher: Channel | None = None
        self._publisher_ready = asyncio.Event()
        self._events = EventConsumer(self._store_dead_letter, initial_backoff, watch_seconds)
        self._batch_consumers: list[BatchConsumer] = []
        self._publisher_tasks: list[asyncio.Task[None]] = []
        self._consumer_tasks: list[asyncio.Task[None]] = []
        self._running = False

    def subscribe(self, subscriber: str, kind: type[M], handler: Handler[M]) -> None:
        self._events.subscriptions[subscriber, kind.key].append((kind, handler))

    def subscribe_broadcast(self, kind: type[M], handler: Handler[M]) -> None:
        self._events.broadcasts[kind.key].append((kind, handler))

    def on_subscription_state(self, callback: Callable[[bool], None]) -> None:
        self._events.on_subscription_state(callback)

    def consume(self, queue: str, handler: BatchHandler) -> None:
        consumer = BatchConsumer(
            self._url, queue, handler, self._store_dead_letter, self._initial_backoff, self._watch_seconds
        )
        self._batch_consumers.append(consumer)

    @property
    def connected(self) -> bool:
        """Whether every connection of this process is open."""
        return all(ready.is_set() for ready in self._all_ready())

    async def start(self) -> None:
        """Start deliveries; without a broker, return after `START_SECONDS` and keep connecting in the background."""
        self._running = True
        publishing = run_connected(self._url, "publisher", self._serve_publisher, confirms=True)
        consuming = [run_connected(self._url, "events", self._events.serve)]
        consuming += [run_connected(self._url, consumer.queue, consumer.serve) for consumer in self._batch_consumers]
        self._publisher_tasks = [asyncio.create_task(publishing)]
        self._consumer_tasks = [asyncio.create_task(each) for each in consuming]
        try:
            async with asyncio.timeout(START_SECONDS):
                for ready in self._all_ready():
                    await ready.wait()
        except TimeoutError:
            log.warning("bus_started_without_broker")

    async def stop(self) -> None:
        self._running = False
        await asyncio.gather(self._events.stop(), *(consumer.stop() for consumer in self._batch_consumers))
        # The publisher stops last: running handlers may still store dead letters.
        for tasks in (self._consumer_tasks, self._publisher_tasks):
            for task in tasks:
                task.cancel()
            if tasks:
                await asyncio.wait(tasks)

    async def publish(self, envelope: Envelope) -> None:
        properties = dead_letters.properties_of(envelope)
        if envelope.durable:
            channel = self._channel()
            await channel.wait_confirmed(channel.publish(topology.EVENTS, envelope.key, envelope.body, properties))
        elif (free := self._channel_without_backlog()) is not None:
            free.publish(topology.EVENTS, envelope.key, envelope.body, properties)

    async def send(self, queue: str, bodies: Sequence[bytes]) -> None:
        await batch_consumer.send(self._url, self._channel(), queue, bodies)

    async def dead_letters(self, subscriber: str) -> list[DeadLetter]:
        return await dead_letters.list_dead_letters(self._url, subscriber)

    async def replay(self, subscriber: str) -> int:
        """Letters without a handler in this process go to their original queue, for a process that has one."""
        return await dead_letters.replay_dead_letters(self._url, subscriber, self._redeliver)

    async def depths(self) -> dict[str, QueueDepth]:
        """Without the queues that were never declared or were deleted."""
        names = self._queue_names()
        found: dict[str, QueueDepth] = {}
        while names:
            async with open_channel(self._url, "depths") as channel:
                # The broker closes the channel when asked for a queue that does not exist.
                while names and (depth := await topology.depth(channel, name := names.pop())) is not None:
                    found[name] = depth
        return found

    def _queue_names(self) -> list[str]:
        subscriptions = self._events.subscriptions
        events = [topology.event_queue(subscriber, key) for subscriber, key in subscriptions]
        queues = {consumer.queue for consumer in self._batch_consumers}
        subscribers = {subscriber for subscriber, _ in subscriptions} | queues
        return [*events, *queues, *map(topology.dead_letter_queue, subscribers)]

    async def _redeliver(self, letter: DeadLetter) -> None:
        subscriber, envelope = letter.subscriber, letter.envelope
        if consumer := next((each for each in self._batch_consumers if each.queue == subscriber), None):
            await consumer.handler([envelope.body])
        elif subscriptions := self._events.subscriptions.get((subscriber, envelope.key)):
            kind, handler = subscriptions[0]
            await handler(kind.model_validate_json(envelope.body))
        else:
            await dead_letters.publish_to_origin(self._url, letter)

    async def _serve_publisher(self, channel: Channel) -> None:
        await topology.declare_exchange(channel)
        self._publisher = channel
        self._publisher_ready.set()
        try:
            await asyncio.wait([channel.lost])
            raise channel.lost.result()
        finally:
            self._publisher = None
            self._publisher_ready.clear()

    def _channel(self) -> Channel:
        if not self._running:
            raise ConnectionError("the bus is not running")
        if self._publisher is None:
            raise BrokerUnavailable("the broker is away")
        return self._publisher

    def _channel_without_backlog(self) -> Channel | None:
        """The channel, if a message that is not durable can be sent without waiting."""
        if not self._running:
            raise ConnectionError("the bus is not running")
        channel = self._publisher
        if channel is None or channel.lost.done() or channel.blocked or channel.unconfirmed > MAX_UNCONFIRMED:
            return None
        return channel

    async def _store_dead_letter(self, subscriber: str, envelope: Envelope, error: Exception) -> None:
        if self._publisher is None:
            raise BrokerUnavailable("the broker is away")
        await dead_letters.store_dead_letter(self._publisher, subscriber, envelope, error)

    def _all_ready(self) -> list[asyncio.Event]:
        return [self._publisher_ready, self._events.ready, *(consumer.ready for consumer in self._batch_consumers)]
