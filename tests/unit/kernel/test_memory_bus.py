"""Behaviour of the in-process bus beyond the contract of every adapter."""

from pathlib import Path

import pytest

from contor.kernel.bus.memory import MemoryBus, UnreadableDeadLetters
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


def test_dead_letters_of_another_version_stop_the_start_and_name_the_file(tmp_path: Path) -> None:
    file = tmp_path / "dead-letters.jsonl"
    file.write_text('{"subscriber": "user", "key": "account.opened", "body": "e30="}\n')
    with pytest.raises(UnreadableDeadLetters, match=r"dead-letters\.jsonl .* move it away"):
        MemoryBus(file)
