"""The consumer of events: handlers are retried with backoff, then the message is dead-lettered."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from uuid import UUID

import pika
from uuid_utils.compat import uuid7

from contor.kernel.bus import MAX_ATTEMPTS, MAX_BACKOFF, Subscription
from contor.kernel.bus.delivery import deliver_broadcast
from contor.kernel.bus.rabbit import topology
from contor.kernel.bus.rabbit.channel import BrokerUnavailable, Channel
from contor.kernel.clock import wait_for_event
from contor.kernel.messaging.message import Envelope
from contor.kernel.postgres_errors import is_connection_failure
from contor.kernel.retry import Retry
from contor.kernel.telemetry import HANDLED, log

PREFETCH = 20
"""Messages of one queue that one process handles concurrently, those that wait for a retry included."""
BROADCAST_PREFETCH = 500

StoreDeadLetter = Callable[[str, Envelope, Exception], Awaitable[None]]
"""Store a dead letter of a subscriber; returns when the broker has confirmed it."""


class EventConsumer:
    """All subscriptions of this process, broadcasts included, on one channel."""

    def __init__(self, store_dead_letter: StoreDeadLetter, initial_backoff: float, watch_seconds: float) -> None:
        self.ready = asyncio.Event()
        self.subscriptions: dict[tuple[str, str], list[Subscription]] = defaultdict(list)
        """By subscriber and key."""
        self.broadcasts: dict[str, list[Subscription]] = defaultdict(list)
        self._state_callbacks: list[Callable[[bool], None]] = []
        self._store_dead_letter = store_dead_letter
        self._retry = Retry(initial_backoff=initial_backoff, max_backoff=MAX_BACKOFF)
        self._watch_seconds = watch_seconds
        self._stopping = asyncio.Event()
        self._channel: Channel | None = None
        self._consumer_tags: list[str] = []
        self._received: asyncio.Queue[tuple[Channel, int, str, bytes]] = asyncio.Queue()
        self._dispatcher: asyncio.Task[None] | None = None
        self._handling: set[asyncio.Task[None]] = set()

    def on_subscription_state(self, callback: Callable[[bool], None]) -> None:
        self._state_callbacks.append(callback)
        callback(self.ready.is_set())

    async def serve(self, channel: Channel) -> None:
        """Declare and consume every queue, then watch them until the channel is lost."""
        self._channel, self._consumer_tags = channel, []
        if self._dispatcher is None:
            self._dispatcher = asyncio.create_task(self._dispatch_broadcasts(), name="broadcasts")
        queues = await self._consume_subscriptions(channel)
        await self._consume_broadcasts(channel)
        self.ready.set()
        self._notify_state()
        try:
            await self._watch(channel, queues)
        finally:
            self.ready.clear()
            if not self._stopping.is_set():
                self._notify_state()

    def _notify_state(self) -> None:
        for callback in self._state_callbacks:
            callback(self.ready.is_set())

    async def stop(self) -> None:
        """Cancel the consumers and wait for running handlers; messages that wait for a retry are requeued."""
        self._stopping.set()
        if self._channel is not None and not self._channel.lost.done():
            try:
                for tag in self._consumer_tags:
                    await self._channel.call("basic_cancel", consumer_tag=tag)
            except BrokerUnavailable as error:
                log.warning("consumer_cancel_failed", connection="events", error=str(error)[:200])
        if self._handling:
            await asyncio.wait(self._handling)
        if self._dispatcher is not None:
            await self._received.join()
            self._dispatcher.cancel()

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

    async def _consume_broadcasts(self, channel: Channel) -> None:
        if self.broadcasts:
            await channel.call("basic_qos", prefetch_count=BROADCAST_PREFETCH)
            queue = await topology.declare_broadcast_queue(channel, self.broadcasts)
            await self._consume(channel, queue, partial(self._on_broadcast, channel))

    async def _consume(self, channel: Channel, queue: str, callback: Callable[..., None]) -> None:
        consuming = await channel.call("basic_consume", queue=queue, on_message_callback=callback)
        self._consumer_tags.append(consuming.method.consumer_tag)

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
        envelope = Envelope(subscription[0].key, message_id(properties), body)
        # In its own task: a handler finishes its work even when the connection is lost meanwhile.
        task = asyncio.create_task(self._settle(channel, subscriber, subscription, envelope, method.delivery_tag))
        self._handling.add(task)
        task.add_done_callback(self._handling.discard)

    async def _settle(
        self, channel: Channel, subscriber: str, subscription: Subscription, envelope: Envelope, tag: int
    ) -> None:
        acknowledged = await self._handle(subscriber, subscription, envelope)
        try:
            if acknowledged:
                channel.ack(tag)
            else:
                channel.requeue(tag)
        except BrokerUnavailable:  # the broker delivers it again, and the inbox discards it
            log.info("message_acknowledge_failed", subscriber=subscriber, key=envelope.key)

    async def _handle(self, subscriber: str, subscription: Subscription, envelope: Envelope) -> bool:
        """Whether to acknowledge the message: it is handled or a dead letter. Otherwise it is requeued."""
        kind, handler = subscription
        attempts = 0
        delays = self._retry.delays()
        while True:
            try:
                await handler(kind.model_validate_json(envelope.body))
            except Exception as error:
                log.warning("message_handler_failed", subscriber=subscriber, key=envelope.key, error=repr(error))
                if not is_connection_failure(error):  # an unavailable database is not the message's fault
                    attempts += 1
                if attempts == MAX_ATTEMPTS:
                    return await self._dead_letter(subscriber, envelope, error)
            else:
                HANDLED.labels(subscriber, envelope.key, "handled").inc()
                return True
            if await wait_for_event(self._stopping, next(delays)):
                return False

    async def _dead_letter(self, subscriber: str, envelope: Envelope, error: Exception) -> bool:
        try:
            await self._store_dead_letter(subscriber, envelope, error)
        except ConnectionError as lost:
            log.warning("dead_letter_store_failed", subscriber=subscriber, key=envelope.key, error=str(lost)[:200])
            return False
        HANDLED.labels(subscriber, envelope.key, "dead").inc()
        return True

    def _on_broadcast(self, channel: Channel, _: Any, method: Any, __: Any, body: bytes) -> None:
        self._received.put_nowait((channel, method.delivery_tag, method.routing_key, body))

    async def _dispatch_broadcasts(self) -> None:
        """Call the handlers one message at a time, in the order of arrival."""
        while True:
            channel, tag, key, body = await self._received.get()
            await deliver_broadcast(key, body, self.broadcasts[key])
            with contextlib.suppress(BrokerUnavailable):  # its queue was deleted with the connection
                channel.ack(tag)
            self._received.task_done()


def message_id(properties: pika.BasicProperties) -> UUID:
    """The id a message was published with; a new one for messages that other clients published without."""
    try:
        return UUID(properties.message_id)
    except (TypeError, ValueError):
        return uuid7()
