"""The contract of `kernel.bus.Bus`, tested on every adapter through the protocol alone."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from contor.kernel.bus import MAX_ATTEMPTS, Bus
from contor.kernel.clock import now
from contor.kernel.messaging.message import Envelope, Message
from tests.integration.bus.conftest import Adapter
from tests.waiting import until


class Event(Message, key="test.event"):
    what: str = ""
    about: tuple[str, ...] = ()


class Hint(Message, key="test.hint", durable=False):
    n: int


class Other(Message, key="test.other"):
    pass


class Recorder(list[Message]):
    """A handler that records messages; raises while `failing`."""

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


async def publish(bus: Bus, *messages: Message) -> None:
    for message in messages:
        await bus.publish(Envelope.of(message))


async def wait_for_dead_letters(bus: Bus, subscriber: str, count: int = 1) -> None:
    async def enough() -> bool:
        return len(await bus.dead_letters(subscriber)) >= count

    await until(enough, what=f"{count} dead letters of {subscriber}")


async def test_subscribers_receive_separate_copies(adapter: Adapter) -> None:
    bus, one, two = adapter.make(), Recorder(), Recorder()
    bus.subscribe("one", Event, one)
    bus.subscribe("two", Event, two)
    message = Event(what="șocuri ⚡", about=("a",))
    async with started(bus):
        await publish(bus, message)
        await until(lambda: one and two)
    assert one[0] == two[0] == message
    assert len({id(m) for m in (one[0], two[0], message)}) == 3


async def test_each_message_reaches_every_subscriber_of_its_key_and_no_other(adapter: Adapter) -> None:
    bus, one, two, other = adapter.make(), Recorder(), Recorder(), Recorder()
    bus.subscribe("one", Event, one)
    bus.subscribe("two", Event, two)
    bus.subscribe("one", Other, other)
    messages = [Event(what=str(n)) for n in range(20)]
    async with started(bus):
        await publish(bus, *messages)
        await until(lambda: len(one) >= 20 and len(two) >= 20)
    assert set(one.ids) == set(two.ids) == {m.id for m in messages}
    assert other == []


async def test_broadcasts_are_connected_after_the_start(adapter: Adapter) -> None:
    bus, states = adapter.make(), list[bool]()
    bus.subscribe_broadcast(Hint, Recorder())
    bus.on_subscription_state(states.append)
    assert len(states) == 1
    async with started(bus):
        assert states[-1]
    assert states[-1]  # `stop` does not report a lost connection


async def test_replicas_of_one_subscriber_compete(adapter: Adapter) -> None:
    bus, first, second = adapter.make(), Recorder(), Recorder()
    bus.subscribe("one", Event, first)
    bus.subscribe("one", Event, second)
    messages = [Event() for _ in range(20)]
    async with started(bus):
        await publish(bus, *messages)
        await until(lambda: len(first) + len(second) >= 20)
    assert sorted([*first.ids, *second.ids]) == sorted(m.id for m in messages)


async def test_a_failed_handler_is_retried(adapter: Adapter) -> None:
    bus = adapter.make()
    attempts: list[Event] = []

    async def fail_until_last_attempt(message: Event) -> None:
        attempts.append(message)
        if len(attempts) < MAX_ATTEMPTS:
            raise RuntimeError("not yet")

    bus.subscribe("one", Event, fail_until_last_attempt)
    async with started(bus):
        await publish(bus, Event())
        await until(lambda: len(attempts) == MAX_ATTEMPTS)
        assert await bus.dead_letters("one") == []
    assert len({m.id for m in attempts}) == 1


async def test_after_the_last_attempt_it_is_a_dead_letter_of_that_subscriber_only(adapter: Adapter) -> None:
    bus, failing, fine = adapter.make(), Recorder(failing=True), Recorder()
    bus.subscribe("failing", Event, failing)
    bus.subscribe("fine", Event, fine)
    message, following = Event(what="x"), Event(what="y")
    before = now()
    async with started(bus):
        await publish(bus, message)
        await wait_for_dead_letters(bus, "failing")
        assert len(failing) == MAX_ATTEMPTS
        (letter,) = await bus.dead_letters("failing")
        assert await bus.dead_letters("fine") == []
        failing.failing = False
        await publish(bus, following)
        await until(lambda: following.id in failing.ids and following.id in fine.ids)
    assert fine.ids == [message.id, following.id]
    assert letter.subscriber == "failing"
    assert (letter.envelope.id, letter.envelope.key) == (message.id, message.key)
    assert Event.model_validate_json(letter.envelope.body) == message
    assert "cannot be handled" in letter.error
    assert before - timedelta(seconds=1) <= letter.died_at <= now() + timedelta(seconds=1)


async def test_an_invalid_body_becomes_a_dead_letter(adapter: Adapter) -> None:
    bus, seen = adapter.make(), Recorder()
    bus.subscribe("one", Event, seen)
    broken = Envelope(Event.key, Event().id, b"{not json")
    async with started(bus):
        await bus.publish(broken)
        await wait_for_dead_letters(bus, "one")
        assert [letter.envelope.body for letter in await bus.dead_letters("one")] == [broken.body]
    assert seen == []


async def test_replay_removes_the_letters_that_are_handled(adapter: Adapter) -> None:
    bus, seen = adapter.make(), Recorder(failing=True)
    bus.subscribe("one", Event, seen)
    messages = [Event(what=str(n)) for n in range(3)]
    async with started(bus):
        await publish(bus, *messages)
        await wait_for_dead_letters(bus, "one", 3)
        seen.clear()
        assert await bus.replay("one") == 0
        assert set(seen.ids) == {m.id for m in messages}
        await wait_for_dead_letters(bus, "one", 3)
        seen.failing = False
        assert await bus.replay("one") == 3
        assert await bus.dead_letters("one") == []
        assert await bus.replay("one") == 0


async def test_dead_letters_are_listed_oldest_first(adapter: Adapter) -> None:
    bus, seen = adapter.make(), Recorder(failing=True)
    bus.subscribe("one", Event, seen)
    messages = [Event(what=str(n)) for n in range(4)]
    async with started(bus):
        for n, message in enumerate(messages, start=1):
            await publish(bus, message)
            await wait_for_dead_letters(bus, "one", n)
        assert [letter.envelope.id for letter in await bus.dead_letters("one")] == [m.id for m in messages]


async def test_dead_letters_survive_a_restart(adapter: Adapter) -> None:
    first, seen = adapter.make(), Recorder(failing=True)
    first.subscribe("one", Event, seen)
    message = Event(what="ț")
    async with started(first):
        await publish(first, message)
        await wait_for_dead_letters(first, "one")
        (before,) = await first.dead_letters("one")
    second, again = adapter.make(), Recorder()
    second.subscribe("one", Event, again)
    async with started(second):
        assert await second.dead_letters("one") == [before]
        assert await second.replay("one") == 1
    assert again == [message]
    third = adapter.make()
    third.subscribe("one", Event, Recorder())
    async with started(third):
        assert await third.dead_letters("one") == []


async def test_a_broadcast_handler_receives_each_message_once(adapter: Adapter) -> None:
    bus, one, two, subscriber = adapter.make(), Recorder(), Recorder(), Recorder()
    bus.subscribe_broadcast(Hint, one)
    bus.subscribe_broadcast(Hint, two)
    bus.subscribe("one", Hint, subscriber)
    messages = [Hint(n=n) for n in range(10)]
    async with started(bus):
        await publish(bus, *messages)
        await until(lambda: min(len(one), len(two), len(subscriber)) >= 10)
    assert sorted(one.ids) == sorted(two.ids) == sorted(m.id for m in messages)


async def test_a_failed_broadcast_handler_misses_only_that_message(adapter: Adapter) -> None:
    bus, failing, fine, subscriber = adapter.make(), Recorder(failing=True), Recorder(), Recorder()
    bus.subscribe_broadcast(Event, failing)
    bus.subscribe_broadcast(Event, fine)
    bus.subscribe("one", Event, subscriber)
    first, second = Event(), Event()
    async with started(bus):
        await publish(bus, first)
        await until(lambda: failing and fine and subscriber)
        failing.failing = False
        await publish(bus, second)
        await until(lambda: len(failing) >= 2 and len(fine) >= 2 and len(subscriber) >= 2)
    assert failing.ids == fine.ids == [first.id, second.id]


async def test_a_message_without_subscribers_is_discarded(adapter: Adapter) -> None:
    bus, seen = adapter.make(), Recorder()
    bus.subscribe("one", Event, seen)
    async with started(bus):
        await publish(bus, Other(), Hint(n=1), Event())
        await until(lambda: seen)
    assert [type(m) for m in seen] == [Event]


async def test_publishing_before_start_and_after_stop_raises(adapter: Adapter) -> None:
    bus, seen = adapter.make(), Recorder()
    bus.subscribe("one", Event, seen)
    with pytest.raises(ConnectionError):
        await publish(bus, Event())
    async with started(bus):
        await publish(bus, Event())
        await until(lambda: seen)
    with pytest.raises(ConnectionError):
        await publish(bus, Event())
    assert len(seen) == 1


async def test_stop_waits_for_running_handlers(adapter: Adapter) -> None:
    bus = adapter.make()
    entered, released, done = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def slow(_: Event) -> None:
        entered.set()
        await released.wait()
        done.set()

    bus.subscribe("one", Event, slow)
    await bus.start()
    publishing = asyncio.create_task(publish(bus, Event()))
    await entered.wait()
    stopping = asyncio.create_task(bus.stop())
    for _ in range(10):
        await asyncio.sleep(0)
    assert not stopping.done()
    released.set()
    await stopping
    assert done.is_set()
    await asyncio.wait([publishing])


async def test_a_republished_envelope_has_the_same_id(adapter: Adapter) -> None:
    bus, seen = adapter.make(), Recorder()
    bus.subscribe("one", Event, seen)
    message = Event()
    async with started(bus):
        await publish(bus, message, message)
        await until(lambda: seen)
    assert set(seen.ids) == {message.id}


async def test_handlers_run_concurrently(adapter: Adapter) -> None:
    """A slow subscriber does not block the others."""
    bus, released, fine = adapter.make(), asyncio.Event(), Recorder()

    async def waiting(_: Event) -> None:
        await released.wait()

    handler: Callable[[Event], Awaitable[None]] = waiting
    bus.subscribe("waiting", Event, handler)
    bus.subscribe("fine", Event, fine)
    async with started(bus):
        publishing = asyncio.create_task(publish(bus, Event(occurred_at=datetime(2026, 1, 1, tzinfo=UTC))))
        await until(lambda: fine)
        released.set()
        await publishing
