"""Dead-letter queues on the broker: storing, listing and replaying."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime

import pika

from contor.kernel.bus import DeadLetter
from contor.kernel.bus.rabbit.channel import Channel, open_channel
from contor.kernel.bus.rabbit.event_consumer import message_id
from contor.kernel.bus.rabbit.topology import dead_letter_queue, declare_dead_letters, depth, event_queue
from contor.kernel.clock import now
from contor.kernel.messaging.message import Envelope
from contor.kernel.telemetry import log

MAX_LETTERS = 1000
PERSISTENT, TRANSIENT = 2, 1
CONNECTION = "dead letters"


def properties_of(envelope: Envelope, headers: dict[str, str] | None = None) -> pika.BasicProperties:
    return pika.BasicProperties(
        content_type="application/json",
        delivery_mode=PERSISTENT if envelope.durable else TRANSIENT,
        message_id=str(envelope.id),
        type=envelope.key,
        headers=headers,
    )


async def store_dead_letter(channel: Channel, subscriber: str, envelope: Envelope, error: Exception) -> None:
    """Publish a message to its subscriber's dead-letter queue; returns when the broker has confirmed it."""
    headers = {"error": repr(error)[:2000], "died_at": now().isoformat()}
    queue = dead_letter_queue(subscriber)
    await declare_dead_letters(channel, subscriber)
    properties = properties_of(envelope, headers)
    await channel.wait_confirmed(channel.publish("", queue, envelope.body, properties, mandatory=True))
    log.error("dead_letter_stored", subscriber=subscriber, key=envelope.key, error=repr(error))


async def list_dead_letters(url: str, subscriber: str) -> list[DeadLetter]:
    """Oldest first, at most `MAX_LETTERS`; they stay in the queue."""
    async with open_channel(url, CONNECTION) as channel:
        letters = [letter async for _, letter in _letters(channel, subscriber)]
        await _requeue_all(channel)
    return sorted(letters, key=lambda letter: letter.died_at)


async def replay_dead_letters(url: str, subscriber: str, deliver: Callable[[DeadLetter], Awaitable[None]]) -> int:
    """Pass each to `deliver` and remove it if that does not raise; returns the number removed."""
    replayed = 0
    async with open_channel(url, CONNECTION) as channel:
        async for tag, letter in _letters(channel, subscriber):
            try:
                await deliver(letter)
            except Exception as error:
                log.warning(
                    "dead_letter_replay_failed", subscriber=subscriber, key=letter.envelope.key, error=repr(error)
                )
            else:
                channel.ack(tag)
                replayed += 1
        await _requeue_all(channel)
    return replayed


async def publish_to_origin(url: str, letter: DeadLetter) -> None:
    """Publish a letter to the queue it came from, for a process that subscribes to it."""
    from_work_queue = letter.subscriber == letter.envelope.key
    queue = letter.subscriber if from_work_queue else event_queue(letter.subscriber, letter.envelope.key)
    async with open_channel(url, CONNECTION, confirms=True) as channel:
        properties = properties_of(letter.envelope)
        await channel.wait_confirmed(channel.publish("", queue, letter.envelope.body, properties, mandatory=True))


async def _letters(channel: Channel, subscriber: str) -> AsyncIterator[tuple[int, DeadLetter]]:
    queue = dead_letter_queue(subscriber)
    if await depth(channel, queue) is None:
        return
    for _ in range(MAX_LETTERS):
        if (got := await channel.get(queue)) is None:
            return
        tag, properties, body = got
        yield tag, _letter(subscriber, properties, body)


async def _requeue_all(channel: Channel) -> None:
    if not channel.lost.done():
        channel.requeue(0, multiple=True)
        # nack has no reply; the reply to a later call shows that it is done and the next reader finds all letters.
        await channel.call("basic_qos", prefetch_count=1)


def _letter(subscriber: str, properties: pika.BasicProperties, body: bytes) -> DeadLetter:
    headers = properties.headers or {}
    envelope = Envelope(properties.type or subscriber, message_id(properties), body)
    if "died_at" in headers:
        return DeadLetter(subscriber, envelope, headers["error"], datetime.fromisoformat(headers["died_at"]))
    # Dead-lettered by the broker itself, which states the reason in `x-death`.
    death = (headers.get("x-death") or [{}])[0]
    died_at = death["time"].replace(tzinfo=UTC) if "time" in death else now()
    return DeadLetter(subscriber, envelope, f"dead-lettered by the broker: {death.get('reason', 'unknown')}", died_at)
