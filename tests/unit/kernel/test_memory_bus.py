"""Behaviour of the in-process bus beyond the contract of every adapter."""

import pytest

from contor.kernel.bus.memory import MemoryBus
from contor.kernel.messaging.message import Envelope, Message


class Event(Message, key="test.event"):
    pass


async def test_a_lost_database_connection_fails_the_publisher_and_makes_no_dead_letter() -> None:
    bus = MemoryBus(initial_backoff=0.001)
    handled: list[Message] = []

    async def handle(message: Event) -> None:
        handled.append(message)

    async def fail(message: Event) -> None:
        raise ConnectionRefusedError

    bus.subscribe("working", Event, handle)
    bus.subscribe("disconnected", Event, fail)
    await bus.start()
    message = Event()
    with pytest.raises(ConnectionRefusedError):
        await bus.publish(Envelope.of(message))
    assert await bus.dead_letters("disconnected") == []
    assert handled == [message]
    await bus.stop()
