"""The bus over RabbitMQ: the same promises as in one process, for any number of processes."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence

from contor.kernel.bus import BatchHandler, DeadLetter, Handler, M, QueueDepth
from contor.kernel.bus.rabbit import dead_letters, topology, work_queues
from contor.kernel.bus.rabbit.channel import BrokerGone, Channel, keep_open, open_channel
from contor.kernel.bus.rabbit.deliveries import Deliveries
from contor.kernel.bus.rabbit.work_queues import WorkQueue
from contor.kernel.messaging.message import Envelope
from contor.kernel.telemetry import log

FIRST_PAUSE = 0.05
WATCH_SECONDS = 5.0
START_SECONDS = 10.0
MOST_UNCONFIRMED = 5000


class RabbitBus:
    """One connection to publish on, one for events, one for each work queue, so that none can hold up another.

    A handler has `ATTEMPTS` tries in one delivery. A delivery that ends with its process or connection is counted by
    the broker, which gives a message up after `topology.DELIVERY_LIMIT` of them. While the broker is away publishing
    raises at once; the connections come back by themselves. Messages are published without `mandatory`, because
    one that nobody subscribes to is accepted and gone; bodies of work queues with it, because they are not.

    `dead_letters`, `replay` and `depths` may be called without `start`.
    """

    def __init__(self, url: str, *, first_pause: float = FIRST_PAUSE, watch_seconds: float = WATCH_SECONDS) -> None:
        self._url = url
        self._first_pause = first_pause
        self._watch_seconds = watch_seconds
        self._publisher: Channel | None = None
        self._publisher_ready = asyncio.Event()
        self._declared: set[str] = set()
        self._deliveries = Deliveries(self._bury, first_pause, watch_seconds)
        self._work_queues: dict[str, list[WorkQueue]] = defaultdict(list)
        self._publishing: list[asyncio.Task[None]] = []
        self._consuming: list[asyncio.Task[None]] = []
        self._running = False

    def subscribe(self, subscriber: str, kind: type[M], handler: Handler[M]) -> None:
        self._deliveries.subscribe(subscriber, (kind, handler))

    def listen(self, kind: type[M], handler: Handler[M]) -> None:
        self._deliveries.listen((kind, handler))

    def when_hearing(self, notice: Callable[[bool], None]) -> None:
        self._deliveries.when_hearing(notice)

    def consume(self, queue: str, handler: BatchHandler) -> None:
        consumer = WorkQueue(self._url, queue, handler, self._bury, self._first_pause, self._watch_seconds)
        self._work_queues[queue].append(consumer)

    @property
    def connected(self) -> bool:
        """Whether everything that this process needs of the broker is there right now."""
        return all(ready.is_set() for ready in self._all_ready())

    async def start(self) -> None:
        """Begin deliveries; without a broker, go on trying in the background after `START_SECONDS`."""
        self._running = True
        publishing = keep_open(self._url, "publisher", self._serve_publisher, confirms=True)
        consuming = [keep_open(self._url, "events", self._deliveries.serve)]
        consuming += [keep_open(self._url, consumer.name, consumer.serve) for consumer in self._consumers()]
        self._publishing = [asyncio.create_task(publishing)]
        self._consuming = [asyncio.create_task(each) for each in consuming]
        try:
            async with asyncio.timeout(START_SECONDS):
                for ready in self._all_ready():
                    await ready.wait()
        except TimeoutError:
            log.warning("started_without_broker")

    async def stop(self) -> None:
        self._running = False
        await asyncio.gather(self._deliveries.stop(), *(consumer.stop() for consumer in self._consumers()))
        # The publisher goes last: what was being handled may have ended as a dead letter.
        for tasks in (self._consuming, self._publishing):
            for task in tasks:
                task.cancel()
            if tasks:
                await asyncio.wait(tasks)

    async def publish(self, envelope: Envelope) -> None:
        properties = dead_letters.properties_of(envelope)
        if envelope.durable:
            channel = self._channel()
            await channel.certain(channel.publish(topology.EVENTS, envelope.key, envelope.body, properties))
        elif (roomy := self._channel_with_room()) is not None:
            roomy.publish(topology.EVENTS, envelope.key, envelope.body, properties)

    async def send(self, queue: str, bodies: Sequence[bytes]) -> None:
        channel = self._channel()
        if queue not in self._declared:
            await topology.declare_work_queue(self._url, queue)
            self._declared.add(queue)
        try:
            await work_queues.send(channel, queue, bodies)
        except BrokerGone:
            self._declared.discard(queue)  # it may have been deleted meanwhile
            raise

    async def dead_letters(self, subscriber: str) -> list[DeadLetter]:
        return await dead_letters.listed(self._url, subscriber)

    async def replay(self, subscriber: str) -> int:
        """Letters whose handler this process does not have go back to their queue, for one that has it."""
        return await dead_letters.replayed(self._url, subscriber, self._deliver_again)

    async def depths(self) -> dict[str, QueueDepth]:
        """Those that the broker has; one that is missing here was never declared, or was deleted."""
        names = self._queue_names()
        found: dict[str, QueueDepth] = {}
        while names:
            async with open_channel(self._url, "depths") as channel:
                # Asking for a queue that is not there costs the channel.
                while names and (depth := await topology.depth(channel, name := names.pop())) is not None:
                    found[name] = depth
        return found

    def _queue_names(self) -> list[str]:
        subscriptions = self._deliveries.subscriptions
        events = [topology.event_queue(subscriber, key) for subscriber, key in subscriptions]
        subscribers = {subscriber for subscriber, _ in subscriptions} | set(self._work_queues)
        return [*events, *self._work_queues, *map(topology.dead_letter_queue, subscribers)]

    async def _deliver_again(self, letter: DeadLetter) -> None:
        subscriber, envelope = letter.subscriber, letter.envelope
        if consumers := self._work_queues.get(subscriber):
            await consumers[0].handler([envelope.body])
        elif subscriptions := self._deliveries.subscriptions.get((subscriber, envelope.key)):
            kind, handler = subscriptions[0]
            await handler(kind.model_validate_json(envelope.body))
        else:
            await dead_letters.put_back(self._url, letter)

    async def _serve_publisher(self, channel: Channel) -> None:
        await topology.declare_exchange(channel)
        self._declared.clear()
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
            raise BrokerGone("the broker is away")
        return self._publisher

    def _channel_with_room(self) -> Channel | None:
        """Where a hint may go without waiting; None when it has to be dropped."""
        if not self._running:
            raise ConnectionError("the bus is not running")
        channel = self._publisher
        if channel is None or channel.lost.done() or channel.blocked or channel.unconfirmed > MOST_UNCONFIRMED:
            return None
        return channel

    async def _bury(self, subscriber: str, envelope: Envelope, error: Exception) -> None:
        if self._publisher is None:
            raise BrokerGone("the broker is away")
        await dead_letters.bury(self._publisher, subscriber, envelope, error)

    def _consumers(self) -> list[WorkQueue]:
        return [consumer for consumers in self._work_queues.values() for consumer in consumers]

    def _all_ready(self) -> list[asyncio.Event]:
        return [self._publisher_ready, self._deliveries.ready, *(consumer.ready for consumer in self._consumers())]
