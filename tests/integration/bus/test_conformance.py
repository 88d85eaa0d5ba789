"""What `kernel.bus.Bus` promises, held against every adapter. Written against the protocol alone."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from uuid import UUID

import pytest

from contor.kernel.bus import MAX_ATTEMPTS, Bus
from contor.kernel.clock import now
from contor.kernel.messaging.message import Envelope, Message
from tests.integration.bus.conftest import Adapter
from tests.waiting import until


class Happened(Message):
    key: ClassVar[str] = "test.happened"

    what: str = ""
    about: tuple[str, ...] = ()


class Hinted(Message):
    key: ClassVar[str] = "test.hinted"
    durable: ClassVar[bool] = False

    n: int


class Other(Message):
    key: ClassVar[str] = "test.other"


class Seen(list[Message]):
    """A handler that remembers; fails as long as `failing`."""

    def __init__(self, *, failing: bool = False) -> None:
        self.failing = failing

    async def __call__(self, message: Message) -> None:
        self.append(message)
        if self.failing:
            raise RuntimeError("cannot be handled")

    @property
    def ids(self) -> list[UUID]:
        return [message.id for message in self]


@asynccontextmanager
async def started(bus: Bus) -> AsyncIterator[Bus]:
    await bus.start()
    try:
        yield bus
    finally:
        await bus.stop()


async def say(bus: Bus, *messages: Message) -> None:
    for message in messages:
        await bus.publish(Envelope.of(message))


async def dead(bus: Bus, subscriber: str, count: int = 1) -> None:
    async def enough() -> bool:
        return len(await bus.dead_letters(subscriber)) >= count

    await until(enough, what=f"{count} dead letters of {subscriber}")


async def test_what_is_delivered_is_decoded_anew(adapter: Adapter) -> None:
    bus, one, two = adapter.make(), Seen(), Seen()
    bus.subscribe("one", Happened, one)
    bus.subscribe("two", Happened, two)
    message = Happened(what="șocuri ⚡", about=("a",))
    async with started(bus):
        await say(bus, message)
        await until(lambda: one and two)
    assert one[0] == two[0] == message
    assert len({id(m) for m in (one[0], two[0], message)}) == 3


async def test_every_subscriber_of_a_key_gets_each_message_and_nobody_else(adapter: Adapter) -> None:
    bus, one, two, other = adapter.make(), Seen(), Seen(), Seen()
    bus.subscribe("one", Happened, one)
    bus.subscribe("two", Happened, two)
    bus.subscribe("one", Other, other)
    messages = [Happened(what=str(n)) for n in range(20)]
    async with started(bus):
        await say(bus, *messages)
        await until(lambda: len(one) >= 20 and len(two) >= 20)
    assert set(one.ids) == set(two.ids) == {m.id for m in messages}
    assert other == []


async def test_listeners_are_known_to_hear_as_soon_as_it_is_started(adapter: Adapter) -> None:
    bus, told = adapter.make(), list[bool]()
    bus.subscribe_broadcast(Hinted, Seen())
    bus.on_subscription_state(told.append)
    assert len(told) == 1
    async with started(bus):
        assert told[-1]
    assert told[-1]  # an end that was asked for is no news


async def test_replicas_of_one_subscriber_compete(adapter: Adapter) -> None:
    bus, first, second = adapter.make(), Seen(), Seen()
    bus.subscribe("one", Happened, first)
    bus.subscribe("one", Happened, second)
    messages = [Happened() for _ in range(20)]
    async with started(bus):
        await say(bus, *messages)
        await until(lambda: len(first) + len(second) >= 20)
    assert sorted([*first.ids, *second.ids]) == sorted(m.id for m in messages)


async def test_a_handler_that_fails_gets_the_message_again(adapter: Adapter) -> None:
    bus = adapter.make()
    attempts: list[Happened] = []

    async def at_last(message: Happened) -> None:
        attempts.append(message)
        if len(attempts) < MAX_ATTEMPTS:
            raise RuntimeError("not yet")

    bus.subscribe("one", Happened, at_last)
    async with started(bus):
        await say(bus, Happened())
        await until(lambda: len(attempts) == MAX_ATTEMPTS)
        assert await bus.dead_letters("one") == []
    assert len({m.id for m in attempts}) == 1


async def test_after_so_many_attempts_it_is_a_dead_letter_of_that_subscriber_alone(adapter: Adapter) -> None:
    bus, failing, fine = adapter.make(), Seen(failing=True), Seen()
    bus.subscribe("failing", Happened, failing)
    bus.subscribe("fine", Happened, fine)
    message, following = Happened(what="x"), Happened(what="y")
    before = now()
    async with started(bus):
        await say(bus, message)
        await dead(bus, "failing")
        assert len(failing) == MAX_ATTEMPTS
        (letter,) = await bus.dead_letters("failing")
        assert await bus.dead_letters("fine") == []
        failing.failing = False
        await say(bus, following)
        await until(lambda: following.id in failing.ids and following.id in fine.ids)
    assert fine.ids == [message.id, following.id]
    assert letter.subscriber == "failing"
    assert (letter.envelope.id, letter.envelope.key) == (message.id, message.key)
    assert Happened.model_validate_json(letter.envelope.body) == message
    assert "cannot be handled" in letter.error
    assert before - timedelta(seconds=1) <= letter.died_at <= now() + timedelta(seconds=1)


async def test_a_body_that_does_not_fit_is_a_dead_letter_too(adapter: Adapter) -> None:
    bus, seen = adapter.make(), Seen()
    bus.subscribe("one", Happened, seen)
    broken = Envelope(Happened.key, Happened().id, b"{not json")
    async with started(bus):
        await bus.publish(broken)
        await dead(bus, "one")
        assert [letter.envelope.body for letter in await bus.dead_letters("one")] == [broken.body]
    assert seen == []


async def test_replay_delivers_once_more_and_takes_what_succeeds(adapter: Adapter) -> None:
    bus, seen = adapter.make(), Seen(failing=True)
    bus.subscribe("one", Happened, seen)
    messages = [Happened(what=str(n)) for n in range(3)]
    async with started(bus):
        await say(bus, *messages)
        await dead(bus, "one", 3)
        seen.clear()
        assert await bus.replay("one") == 0
        assert set(seen.ids) == {m.id for m in messages}
        await dead(bus, "one", 3)
        seen.failing = False
        assert await bus.replay("one") == 3
        assert await bus.dead_letters("one") == []
        assert await bus.replay("one") == 0


async def test_dead_letters_are_listed_oldest_first(adapter: Adapter) -> None:
    bus, seen = adapter.make(), Seen(failing=True)
    bus.subscribe("one", Happened, seen)
    messages = [Happened(what=str(n)) for n in range(4)]
    async with started(bus):
        for n, message in enumerate(messages, start=1):
            await say(bus, message)
            await dead(bus, "one", n)
        assert [letter.envelope.id for letter in await bus.dead_letters("one")] == [m.id for m in messages]


async def test_dead_letters_survive_a_restart_and_can_be_replayed_then(adapter: Adapter) -> None:
    first, seen = adapter.make(), Seen(failing=True)
    first.subscribe("one", Happened, seen)
    message = Happened(what="ț")
    async with started(first):
        await say(first, message)
        await dead(first, "one")
        (before,) = await first.dead_letters("one")
    second, again = adapter.make(), Seen()
    second.subscribe("one", Happened, again)
    async with started(second):
        assert await second.dead_letters("one") == [before]
        assert await second.replay("one") == 1
    assert again == [message]
    third = adapter.make()
    third.subscribe("one", Happened, Seen())
    async with started(third):
        assert await third.dead_letters("one") == []


async def test_a_listener_gets_each_message_once(adapter: Adapter) -> None:
    bus, one, two, subscriber = adapter.make(), Seen(), Seen(), Seen()
    bus.subscribe_broadcast(Hinted, one)
    bus.subscribe_broadcast(Hinted, two)
    bus.subscribe("one", Hinted, subscriber)
    messages = [Hinted(n=n) for n in range(10)]
    async with started(bus):
        await say(bus, *messages)
        await until(lambda: min(len(one), len(two), len(subscriber)) >= 10)
    assert sorted(one.ids) == sorted(two.ids) == sorted(m.id for m in messages)


async def test_a_listener_that_fails_loses_that_message_and_nothing_else(adapter: Adapter) -> None:
    bus, failing, fine, subscriber = adapter.make(), Seen(failing=True), Seen(), Seen()
    bus.subscribe_broadcast(Happened, failing)
    bus.subscribe_broadcast(Happened, fine)
    bus.subscribe("one", Happened, subscriber)
    first, second = Happened(), Happened()
    async with started(bus):
        await say(bus, first)
        await until(lambda: failing and fine and subscriber)
        failing.failing = False
        await say(bus, second)
        await until(lambda: len(failing) >= 2 and len(fine) >= 2 and len(subscriber) >= 2)
    assert failing.ids == fine.ids == [first.id, second.id]


async def test_a_message_nobody_wants_is_accepted_and_gone(adapter: Adapter) -> None:
    bus, seen = adapter.make(), Seen()
    bus.subscribe("one", Happened, seen)
    async with started(bus):
        await say(bus, Other(), Hinted(n=1), Happened())
        await until(lambda: seen)
    assert [type(m) for m in seen] == [Happened]


async def test_publishing_before_the_start_and_after_the_stop_raises(adapter: Adapter) -> None:
    bus, seen = adapter.make(), Seen()
    bus.subscribe("one", Happened, seen)
    with pytest.raises(ConnectionError):
        await say(bus, Happened())
    async with started(bus):
        await say(bus, Happened())
        await until(lambda: seen)
    with pytest.raises(ConnectionError):
        await say(bus, Happened())
    assert len(seen) == 1


async def test_stop_finishes_what_is_being_handled(adapter: Adapter) -> None:
    bus = adapter.make()
    entered, released, done = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def slow(_: Happened) -> None:
        entered.set()
        await released.wait()
        done.set()

    bus.subscribe("one", Happened, slow)
    await bus.start()
    publishing = asyncio.create_task(say(bus, Happened()))
    await entered.wait()
    stopping = asyncio.create_task(bus.stop())
    for _ in range(10):
        await asyncio.sleep(0)
    assert not stopping.done()
    released.set()
    await stopping
    assert done.is_set()
    await asyncio.wait([publishing])


async def test_the_same_envelope_again_is_delivered_as_the_same_message(adapter: Adapter) -> None:
    bus, seen = adapter.make(), Seen()
    bus.subscribe("one", Happened, seen)
    message = Happened()
    async with started(bus):
        await say(bus, message, message)
        await until(lambda: seen)
    assert set(seen.ids) == {message.id}


async def test_handlers_run_beside_each_other(adapter: Adapter) -> None:
    """One subscriber that waits holds up no other."""
    bus, released, fine = adapter.make(), asyncio.Event(), Seen()

    async def waiting(_: Happened) -> None:
        await released.wait()

    handler: Callable[[Happened], Awaitable[None]] = waiting
    bus.subscribe("waiting", Happened, handler)
    bus.subscribe("fine", Happened, fine)
    async with started(bus):
        publishing = asyncio.create_task(say(bus, Happened(occurred_at=datetime(2026, 1, 1, tzinfo=UTC))))
        await until(lambda: fine)
        released.set()
        await publishing
