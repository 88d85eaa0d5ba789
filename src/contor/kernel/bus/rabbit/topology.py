"""Exchanges and queues that Contor declares on the broker.

Every argument is explicit, so that no policy or default of the broker decides. For RabbitMQ 3.10 and 4: quorum queues
for messages that must not be lost, classic queues only where they are exclusive.
"""

from collections.abc import Iterable

from prometheus_client import Gauge

from contor.kernel.bus import DEAD_LETTERS, QueueDepth
from contor.kernel.bus.rabbit.channel import NOT_FOUND, PRECONDITION_FAILED, BrokerUnavailable, Channel, open_channel

EVENTS = "contor.events"
DELIVERY_LIMIT = 50
"""Deliveries that may end with a lost process or connection before the broker itself dead-letters the message."""
NO_LIMIT = 2**31 - 1
"""Listing dead letters delivers and requeues them; RabbitMQ 4 would discard them after twenty times."""
BROADCAST_MAX_LENGTH = 10_000

WAITING = Gauge("contor_queue_waiting", "Messages not yet delivered to a consumer", ["queue"])


def event_queue(subscriber: str, key: str) -> str:
    """The queue of a subscriber's messages of one key, for example `monitoring.user.deleted`."""
    return f"{subscriber}.{key}"


def dead_letter_queue(subscriber: str) -> str:
    return DEAD_LETTERS + subscriber


async def declare_exchange(channel: Channel) -> None:
    await channel.call("exchange_declare", exchange=EVENTS, exchange_type="topic", durable=True)


async def declare_dead_letters(channel: Channel, subscriber: str) -> None:
    arguments = {"x-queue-type": "quorum", "x-delivery-limit": NO_LIMIT}
    await channel.call("queue_declare", queue=dead_letter_queue(subscriber), durable=True, arguments=arguments)


async def declare_event_queue(channel: Channel, subscriber: str, key: str) -> str:
    queue = event_queue(subscriber, key)
    arguments = {
        "x-queue-type": "quorum",
        "x-delivery-limit": DELIVERY_LIMIT,
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": dead_letter_queue(subscriber),
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",  # required by at-least-once dead-lettering
    }
    await channel.call("queue_declare", queue=queue, durable=True, arguments=arguments)
    await channel.call("queue_bind", queue=queue, exchange=EVENTS, routing_key=key)
    return queue


async def declare_broadcast_queue(channel: Channel, keys: Iterable[str]) -> str:
    """An exclusive queue, deleted with its connection. A process that does not keep up loses the oldest messages."""
    arguments = {"x-queue-type": "classic", "x-max-length": BROADCAST_MAX_LENGTH, "x-overflow": "drop-head"}
    declared = await channel.call("queue_declare", queue="", exclusive=True, auto_delete=True, arguments=arguments)
    queue: str = declared.method.queue
    for key in keys:
        await channel.call("queue_bind", queue=queue, exchange=EVENTS, routing_key=key)
    return queue


async def declare_work_queue(url: str, queue: str) -> None:
    """Durable, without other arguments, so that any client's plain `queue_declare(durable=True)` matches.

    A queue that the operator declared with other arguments, for example as a quorum queue, is used as it is. That error
    closes the channel, so this uses its own.
    """
    async with open_channel(url, "declare") as channel:
        try:
            await channel.call("queue_declare", queue=queue, durable=True)
        except BrokerUnavailable as error:
            if error.code != PRECONDITION_FAILED:
                raise


async def check_consumed(channel: Channel, queue: str) -> None:
    """Raise `BrokerUnavailable` when the queue has no consumers: an open connection does not prove that it has."""
    found = await depth(channel, queue)
    if found is None or found.consumers == 0:
        raise BrokerUnavailable(f"the queue {queue!r} has lost its consumer")
    WAITING.labels(queue).set(found.waiting)


async def depth(channel: Channel, queue: str) -> QueueDepth | None:
    """None when there is no such queue; the broker then closes the channel."""
    try:
        declared = await channel.call("queue_declare", queue=queue, passive=True)
    except BrokerUnavailable as error:
        if error.code == NOT_FOUND:
            return None
        raise
    return QueueDepth(declared.method.message_count, declared.method.consumer_count)
