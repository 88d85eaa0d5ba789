"""What the in-process bus promises beyond every adapter's contract."""

from typing import ClassVar

import pytest

from contor.kernel.bus.memory import MemoryBus
from contor.kernel.messaging.message import Envelope, Message


class Told(Message):
    key: ClassVar[str] = "test.told"


async def test_a_subscriber_whose_database_is_away_makes_no_dead_letter_and_the_publisher_is_told() -> None:
    bus = MemoryBus(initial_backoff=0.001)
    taken: list[Message] = []

    async def take(message: Told) -> None:
        taken.append(message)

    async def fail(message: Told) -> None:
        raise ConnectionRefusedError

    bus.subscribe("well", Told, take)
    bus.subscribe("away", Told, fail)
    await bus.start()
    message = Told()
    with pytest.raises(ConnectionRefusedError):
        await bus.publish(Envelope.of(message))
    assert await bus.dead_letters("away") == []
    assert taken == [message]
    await bus.stop()
