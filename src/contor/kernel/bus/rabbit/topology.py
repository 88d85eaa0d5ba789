"""What Contor declares on the broker. Every argument is explicit, so that no policy or default decides for us.

Works on RabbitMQ 3.10 and 4: quorum queues for whatever must not be lost, classic ones only where they are exclusive.
"""

from collections.abc import Iterable
from typing import Any

from prometheus_client import Gauge

from contor.kernel.bus import DEAD_LETTERS, QueueDepth
from contor.kernel.bus.rabbit.channel import NOT_FOUND, PRECONDITION_FAILED, BrokerGone, Channel, open_channel

EVENTS = "contor.events"
DELIVERY_LIMIT = 50
"""Deliveries that ended with their process or connection before the broker itself makes a dead letter of it."""
NO_LIMIT = 2**31 - 1
"""Listing dead letters delivers and returns them; RabbitMQ 4 would throw them away after twenty times."""
LISTENER_BACKLOG = 10_000

WAITING = Gauge("contor_queue_waiting", "Messages that no consumer has fetched yet", ["queue"])


def event_queue(subscriber: str, key: str) -> str:
    """The queue in which a subscriber's messages of one key wait: `monitoring.user.deleted`."""
    return f"{subscriber}.{key}"


def dead_letter_queue(subscriber: str) -> str:
    return DEAD_LETTERS + subscriber


def _event_arguments(subscriber: str) -> dict[str, Any]:
    return {
        "x-queue-type": "quorum",
        "x-delivery-limit": DELIVERY_LIMIT,
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": dead_letter_queue(subscriber),
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",  # what at-least-once requires
    }


async def declare_exchange(channel: Channel) -> None:
    await channel.call("exchange_declare", exchange=EVENTS, exchange_type="topic", durable=True)


async def declare_dead_letters(channel: Channel, subscriber: str) -> None:
    arguments = {"x-queue-type": "quorum", "x-delivery-limit": NO_LIMIT}
    await channel.call("queue_declare", queue=dead_letter_queue(subscriber), durable=True, arguments=arguments)


async def declare_event_queue(channel: Channel, subscriber: str, key: str) -> str:
    queue = event_queue(subscriber, key)
    await channel.call("queue_declare", queue=queue, durable=True, arguments=_event_arguments(subscriber))
    await channel.call("queue_bind", queue=queue, exchange=EVENTS, routing_key=key)
    return queue


async def declare_listener_queue(channel: Channel, keys: Iterable[str]) -> str:
    """A queue of this process alone, gone with its connection. A process that is stuck loses the oldest hints."""
    arguments = {"x-queue-type": "classic", "x-max-length": LISTENER_BACKLOG, "x-overflow": "drop-head"}
    declared = await channel.call("queue_declare", queue="", exclusive=True, auto_delete=True, arguments=arguments)
    queue: str = declared.method.queue
    for key in keys:
        await channel.call("queue_bind", queue=queue, exchange=EVENTS, routing_key=key)
    return queue


async def declare_work_queue(url: str, queue: str) -> None:
    """Durable and nothing else, so that whoever declares it the textbook way may send to it.

    One that its operator made with other arguments, a quorum queue where the broker makes classic ones by default, is
    as good. The refusal costs the channel, which therefore is one for this purpose.
    """
    async with open_channel(url, "declare") as channel:
        try:
            await channel.call("queue_declare", queue=queue, durable=True)
        except BrokerGone as error:
            if error.code != PRECONDITION_FAILED:
                raise


async def check_consumed(channel: Channel, queue: str) -> None:
    """Raise `BrokerGone` when nobody consumes the queue, by the broker's own count: a connection may look well."""
    found = await depth(channel, queue)
    if found is None or found.consumers == 0:
        raise BrokerGone(f"the queue {queue!r} has lost its consumer")
    WAITING.labels(queue).set(found.waiting)


async def depth(channel: Channel, queue: str) -> QueueDepth | None:
    """The broker's figures of a queue, None when there is no such queue; the channel is lost then."""
    try:
        declared = await channel.call("queue_declare", queue=queue, passive=True)
    except BrokerGone as error:
        if error.code == NOT_FOUND:
            return None
        raise
    return QueueDepth(declared.method.message_count, declared.method.consumer_count)
