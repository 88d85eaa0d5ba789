"""Events to their subscribers: attempts with growing pauses in between, and dead letters at their end."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from uuid import UUID

import pika
from uuid_utils.compat import uuid7

from contor.kernel.bus import ATTEMPTS, Subscription
from contor.kernel.bus.rabbit import topology
from contor.kernel.bus.rabbit.channel import BrokerGone, Channel
from contor.kernel.messaging.message import Envelope
from contor.kernel.postgres_errors import is_connection_failure
from contor.kernel.telemetry import HANDLED, log

PREFETCH = 20
"""Messages of one queue that one process handles beside each other; those that pause are among them."""
LISTENER_PREFETCH = 500
LONGEST_PAUSE = 5.0

Bury = Callable[[str, Envelope, Exception], Awaitable[None]]
"""Keep a dead letter of a subscriber; returns when it is safe."""


class Deliveries:
    """What this process subscribed and listens to, on one channel."""

    def __init__(self, bury: Bury, first_pause: float, watch_seconds: float) -> None:
        self.ready = asyncio.Event()
        self.subscriptions: dict[tuple[str, str], list[Subscription]] = defaultdict(list)
        self._listeners: dict[str, list[Subscription]] = defaultdict(list)
        self._told_hearing: list[Callable[[bool], None]] = []
        self._bury = bury
        self._first_pause = first_pause
        self._watch_seconds = watch_seconds
        self._stopping = asyncio.Event()
        self._channel: Channel | None = None
        self._tags: list[str] = []
        self._hints: asyncio.Queue[tuple[Channel, int, str, bytes]] = asyncio.Queue()
        self._hearing: asyncio.Task[None] | None = None
        self._under_way: set[asyncio.Task[None]] = set()

    def subscribe(self, subscriber: str, subscription: Subscription) -> None:
        self.subscriptions[subscriber, subscription[0].key].append(subscription)

    def listen(self, subscription: Subscription) -> None:
        self._listeners[subscription[0].key].append(subscription)

    def when_hearing(self, notice: Callable[[bool], None]) -> None:
        self._told_hearing.append(notice)
        notice(self.ready.is_set())

    async def serve(self, channel: Channel) -> None:
        """Declare and consume everything, then watch over it until the channel is lost."""
        self._channel, self._tags = channel, []
        if self._hearing is None:
            self._hearing = asyncio.create_task(self._hear(), name="listeners")
        queues = await self._consume_subscriptions(channel)
        await self._consume_hints(channel)
        self.ready.set()
        self._tell_hearing()
        try:
            await self._watch(channel, queues)
        finally:
            self.ready.clear()
            if not self._stopping.is_set():
                self._tell_hearing()

    def _tell_hearing(self) -> None:
        for notice in self._told_hearing:
            notice(self.ready.is_set())

    async def stop(self) -> None:
        """Take nothing new and finish what is being handled; what only pauses goes back to its queue."""
        self._stopping.set()
        if self._channel is not None and not self._channel.lost.done():
            for tag in self._tags:
                try:
                    await self._channel.call("basic_cancel", consumer_tag=tag)
                except BrokerGone as error:
                    log.warning("broker_away", connection="events", error=str(error)[:200])
                    break
        if self._under_way:
            await asyncio.wait(self._under_way)
        if self._hearing is not None:
            await self._hints.join()
            self._hearing.cancel()

    async def _consume_subscriptions(self, channel: Channel) -> list[str]:
        await topology.declare_exchange(channel)
        await channel.call("basic_qos", prefetch_count=PREFETCH)
        for subscriber in {subscriber for subscriber, _ in self.subscriptions}:
            await topology.declare_dead_letters(channel, subscriber)
        queues = []
        for (subscriber, key), subscriptions in self.subscriptions.items():
            queues.append(await topology.declare_event_queue(channel, subscriber, key))
            for subscription in subscriptions:
                await self._consume(channel, queues[-1], partial(self._on_message, channel, subscriber, subscription))
        return queues

    async def _consume_hints(self, channel: Channel) -> None:
        if self._listeners:
            await channel.call("basic_qos", prefetch_count=LISTENER_PREFETCH)
            queue = await topology.declare_listener_queue(channel, self._listeners)
            await self._consume(channel, queue, partial(self._on_hint, channel))

    async def _consume(self, channel: Channel, queue: str, callback: Callable[..., None]) -> None:
        consuming = await channel.call("basic_consume", queue=queue, on_message_callback=callback)
        self._tags.append(consuming.method.consumer_tag)

    async def _watch(self, channel: Channel, queues: list[str]) -> None:
        while True:
            await asyncio.wait([channel.lost], timeout=self._watch_seconds)
            if channel.lost.done():
                raise channel.lost.result()
            for queue in queues:
                if not self._stopping.is_set():
                    await topology.check_consumed(channel, queue)

    def _on_message(
        self,
        channel: Channel,
        subscriber: str,
        subscription: Subscription,
        _: Any,
        method: Any,
        properties: pika.BasicProperties,
        body: bytes,
    ) -> None:
        envelope = Envelope(subscription[0].key, identity(properties), body)
        # A task of our own: a handler finishes its work even when the connection is lost meanwhile.
        task = asyncio.create_task(self._handle(channel, subscriber, subscription, envelope, method.delivery_tag))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _handle(
        self, channel: Channel, subscriber: str, subscription: Subscription, envelope: Envelope, tag: int
    ) -> None:
        settled = await self._attempts(subscriber, subscription, envelope)
        try:
            if settled:
                channel.ack(tag)
            else:
                channel.requeue(tag)
        except BrokerGone:
            log.info(
                "delivered_again", subscriber=subscriber, key=envelope.key, reason="connection lost before the ack"
            )

    async def _attempts(self, subscriber: str, subscription: Subscription, envelope: Envelope) -> bool:
        """Whether the message is settled, taken or a dead letter; if not, it has to come again."""
        kind, handler = subscription
        attempts, pause = 0, self._first_pause
        while True:
            try:
                await handler(kind.model_validate_json(envelope.body))
            except Exception as error:
                log.warning("handler_failed", subscriber=subscriber, key=envelope.key, error=repr(error))
                if not is_connection_failure(error):  # nothing is wrong with the message when the database is away
                    attempts += 1
                if attempts == ATTEMPTS:
                    return await self._give_up(subscriber, envelope, error)
            else:
                HANDLED.labels(subscriber, envelope.key, "taken").inc()
                return True
            if await self._stopped_within(pause):
                return False
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _give_up(self, subscriber: str, envelope: Envelope, error: Exception) -> bool:
        try:
            await self._bury(subscriber, envelope, error)
        except ConnectionError as away:
            log.warning("dead_letter_not_kept", subscriber=subscriber, key=envelope.key, error=str(away)[:200])
            return False
        HANDLED.labels(subscriber, envelope.key, "dead").inc()
        return True

    async def _stopped_within(self, seconds: float) -> bool:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return False
        return True

    def _on_hint(self, channel: Channel, _: Any, method: Any, __: Any, body: bytes) -> None:
        self._hints.put_nowait((channel, method.delivery_tag, method.routing_key, body))

    async def _hear(self) -> None:
        """Hand messages to the listeners one after the other, in the order they came."""
        while True:
            channel, tag, key, body = await self._hints.get()
            for kind, handler in self._listeners[key]:
                try:
                    await handler(kind.model_validate_json(body))
                except Exception:
                    log.exception("listener_failed", key=key)
            with contextlib.suppress(BrokerGone):  # its queue went with the connection
                channel.ack(tag)
            self._hints.task_done()


def identity(properties: pika.BasicProperties) -> UUID:
    """The id a message was published with; a new one for what others put there without."""
    try:
        return UUID(properties.message_id)
    except (TypeError, ValueError):
        return uuid7()
