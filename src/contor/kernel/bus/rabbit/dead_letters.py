"""Dead letters on the broker: kept with their error, listed without being taken, delivered once more."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime

import pika

from contor.kernel.bus import DeadLetter
from contor.kernel.bus.rabbit.channel import Channel, open_channel
from contor.kernel.bus.rabbit.deliveries import identity
from contor.kernel.bus.rabbit.topology import dead_letter_queue, declare_dead_letters, depth, event_queue
from contor.kernel.clock import now
from contor.kernel.messaging.message import Envelope
from contor.kernel.telemetry import log

MOST = 1000
PERSISTENT = 2
CONNECTION = "dead letters"

Deliver = Callable[[DeadLetter], Awaitable[None]]
"""Deliver a dead letter once more; raises when it is still not taken."""


def properties_of(envelope: Envelope, headers: dict[str, str] | None = None) -> pika.BasicProperties:
    return pika.BasicProperties(
        content_type="application/json",
        delivery_mode=PERSISTENT if envelope.durable else 1,
        message_id=str(envelope.id),
        type=envelope.key,
        headers=headers,
    )


async def bury(channel: Channel, subscriber: str, envelope: Envelope, error: Exception) -> None:
    """Put a message into its subscriber's queue of dead letters; returns when the broker has it safe."""
    headers = {"error": repr(error)[:2000], "died_at": now().isoformat()}
    queue = dead_letter_queue(subscriber)
    await declare_dead_letters(channel, subscriber)
    await channel.certain(channel.publish("", queue, envelope.body, properties_of(envelope, headers), mandatory=True))
    log.error("dead_letter", subscriber=subscriber, key=envelope.key, error=repr(error))


async def listed(url: str, subscriber: str) -> list[DeadLetter]:
    """Oldest first, at most 1,000; they stay where they are."""
    async with open_channel(url, CONNECTION) as channel:
        letters = [letter async for _, letter in _letters(channel, subscriber)]
        await _give_back(channel)
    return sorted(letters, key=lambda letter: letter.died_at)


async def replayed(url: str, subscriber: str, deliver: Deliver) -> int:
    """Deliver each once more; how many were taken. The others stay."""
    taken = 0
    async with open_channel(url, CONNECTION) as channel:
        async for tag, letter in _letters(channel, subscriber):
            try:
                await deliver(letter)
            except Exception as error:
                log.warning("replay_failed", subscriber=subscriber, key=letter.envelope.key, error=repr(error))
            else:
                channel.ack(tag)
                taken += 1
        await _give_back(channel)
    return taken


async def put_back(url: str, letter: DeadLetter) -> None:
    """Put a letter back into the queue it came from, for a process that subscribes to it."""
    at_work = letter.subscriber == letter.envelope.key
    queue = letter.subscriber if at_work else event_queue(letter.subscriber, letter.envelope.key)
    async with open_channel(url, CONNECTION, confirms=True) as channel:
        await channel.certain(
            channel.publish("", queue, letter.envelope.body, properties_of(letter.envelope), mandatory=True)
        )


async def _letters(channel: Channel, subscriber: str) -> AsyncIterator[tuple[int, DeadLetter]]:
    queue = dead_letter_queue(subscriber)
    if await depth(channel, queue) is None:
        return
    for _ in range(MOST):
        if (got := await channel.get(queue)) is None:
            return
        tag, properties, body = got
        yield tag, _letter(subscriber, properties, body)


async def _give_back(channel: Channel) -> None:
    if not channel.lost.done():
        channel.requeue(0, multiple=True)
        # An answer after it means that it was done, so that the next reader finds all of them.
        await channel.call("basic_qos", prefetch_count=1)


def _letter(subscriber: str, properties: pika.BasicProperties, body: bytes) -> DeadLetter:
    headers = properties.headers or {}
    envelope = Envelope(properties.type or subscriber, identity(properties), body)
    if "died_at" in headers:
        return DeadLetter(subscriber, envelope, headers["error"], datetime.fromisoformat(headers["died_at"]))
    # Not one of ours: the broker gave it up, and says why in `x-death`.
    death = (headers.get("x-death") or [{}])[0]
    died_at = death["time"].replace(tzinfo=UTC) if "time" in death else now()
    return DeadLetter(subscriber, envelope, f"given up by the broker: {death.get('reason', 'unknown')}", died_at)
