"""What `kernel.bus.Bus` promises of work queues, held against every adapter."""

import asyncio
from collections.abc import Sequence

import pytest

from contor.kernel.bus import DEAD_LETTERS, MAX_ATTEMPTS, QueueDepth
from tests.integration.bus.conftest import Adapter
from tests.integration.bus.test_conformance import Happened, Seen, dead, say, started
from tests.waiting import until

QUEUE = "test_readings"


class Taken(list[bytes]):
    """A batch handler that remembers what it took; it cannot take batches with a body in `poison`."""

    def __init__(self, *poison: bytes) -> None:
        self.poison = set(poison)
        self.refused: list[Sequence[bytes]] = []

    async def __call__(self, bodies: Sequence[bytes]) -> None:
        if self.poison.intersection(bodies):
            self.refused.append(tuple(bodies))
            raise ValueError("cannot be read")
        self.extend(bodies)


def numbered(count: int) -> list[bytes]:
    return [b"%d" % n for n in range(count)]


async def test_bodies_arrive_as_they_were_sent(adapter: Adapter) -> None:
    bus, taken = adapter.make(), Taken()
    bus.consume(QUEUE, taken)
    bodies = [b"{}", b"", b"\xff\x00 not JSON", "ț".encode(), b"x" * 100_000]
    async with started(bus):
        await bus.send(QUEUE, bodies)
        await until(lambda: len(taken) >= len(bodies))
    assert sorted(taken) == sorted(bodies)


async def test_many_bodies_come_in_few_batches(adapter: Adapter) -> None:
    bus, sizes = adapter.make(), list[int]()

    async def count(bodies: Sequence[bytes]) -> None:
        sizes.append(len(bodies))

    bus.consume(QUEUE, count)
    async with started(bus):
        await bus.send(QUEUE, numbered(2000))
        await until(lambda: sum(sizes) >= 2000)
    assert sum(sizes) == 2000
    assert len(sizes) < 200


async def test_consumers_of_one_queue_compete(adapter: Adapter) -> None:
    bus, first, second = adapter.make(), Taken(), Taken()
    bus.consume(QUEUE, first)
    bus.consume(QUEUE, second)
    bodies = numbered(500)
    async with started(bus):
        for body in bodies:
            await bus.send(QUEUE, [body])
        await until(lambda: len(first) + len(second) >= len(bodies))
    assert sorted([*first, *second]) == sorted(bodies)


async def test_a_batch_that_fails_comes_again(adapter: Adapter) -> None:
    bus, taken, calls = adapter.make(), Taken(), list[int]()

    async def at_last(bodies: Sequence[bytes]) -> None:
        calls.append(len(bodies))
        if len(calls) < MAX_ATTEMPTS:
            raise RuntimeError("not yet")
        await taken(bodies)

    bus.consume(QUEUE, at_last)
    async with started(bus):
        await bus.send(QUEUE, [b"one"])
        await until(lambda: taken)
        assert await bus.dead_letters(QUEUE) == []
    assert taken == [b"one"]


async def test_a_body_that_cannot_be_taken_holds_up_no_other(adapter: Adapter) -> None:
    poison = [b"7", b"63"]
    bus, taken = adapter.make(), Taken(*poison)
    bus.consume(QUEUE, taken)
    bodies = numbered(100)
    async with started(bus):
        await bus.send(QUEUE, bodies)
        await dead(bus, QUEUE, 2)
        await until(lambda: len(taken) >= 98)
        letters = await bus.dead_letters(QUEUE)
    assert sorted(taken) == sorted(set(bodies) - set(poison))
    assert {letter.envelope.body for letter in letters} == set(poison)
    assert {(letter.subscriber, letter.envelope.key) for letter in letters} == {(QUEUE, QUEUE)}
    assert all("cannot be read" in letter.error for letter in letters)
    assert all(taken.refused.count((body,)) == MAX_ATTEMPTS for body in poison)


async def test_a_lost_connection_makes_no_dead_letters(adapter: Adapter) -> None:
    """The handler's database is away for longer than the attempts last: the bodies stay with bus or sender."""
    bus, taken, away = adapter.make(), Taken(), list[int]()

    async def without_database(bodies: Sequence[bytes]) -> None:
        if len(away) < MAX_ATTEMPTS + 2:
            away.append(len(bodies))
            raise ConnectionRefusedError("the database is away")
        await taken(bodies)

    bus.consume(QUEUE, without_database)
    async with started(bus):

        async def sent() -> bool:
            try:
                await bus.send(QUEUE, [b"kept"])
            except ConnectionError:
                return False
            return True

        await until(sent)
        await until(lambda: taken)
        assert await bus.dead_letters(QUEUE) == []
    assert set(taken) == {b"kept"}


async def test_dead_bodies_survive_a_restart_and_are_replayed(adapter: Adapter) -> None:
    first, taken = adapter.make(), Taken(b"poison")
    first.consume(QUEUE, taken)
    async with started(first):
        await first.send(QUEUE, [b"poison", b"fine"])
        await dead(first, QUEUE)
        assert await first.replay(QUEUE) == 0
        await dead(first, QUEUE)
    second, again = adapter.make(), Taken()
    second.consume(QUEUE, again)
    async with started(second):
        assert [letter.envelope.body for letter in await second.dead_letters(QUEUE)] == [b"poison"]
        assert await second.replay(QUEUE) == 1
        assert await second.dead_letters(QUEUE) == []
    assert again == [b"poison"]


async def test_stop_finishes_the_batch_that_is_being_handled(adapter: Adapter) -> None:
    bus, entered, released, done = adapter.make(), asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def slow(_: Sequence[bytes]) -> None:
        entered.set()
        await released.wait()
        done.set()

    bus.consume(QUEUE, slow)
    await bus.start()
    sending = asyncio.create_task(bus.send(QUEUE, [b"one"]))
    await entered.wait()
    stopping = asyncio.create_task(bus.stop())
    for _ in range(10):
        await asyncio.sleep(0)
    assert not stopping.done()
    released.set()
    await stopping
    assert done.is_set()
    await asyncio.wait([sending])


async def test_sending_before_the_start_and_after_the_stop_raises(adapter: Adapter) -> None:
    bus, taken = adapter.make(), Taken()
    bus.consume(QUEUE, taken)
    with pytest.raises(ConnectionError):
        await bus.send(QUEUE, [b"early"])
    async with started(bus):
        await bus.send(QUEUE, [])
        await bus.send(QUEUE, [b"in time"])
        await until(lambda: taken)
    with pytest.raises(ConnectionError):
        await bus.send(QUEUE, [b"late"])
    assert taken == [b"in time"]


async def test_depths_tell_what_waits_and_who_consumes(adapter: Adapter) -> None:
    bus = adapter.make()
    bus.subscribe("one", Happened, Seen(failing=True))
    bus.consume(QUEUE, Taken(b"poison"))
    async with started(bus):
        await say(bus, Happened(), Happened())
        await bus.send(QUEUE, [b"poison"])
        await dead(bus, "one", 2)
        await dead(bus, QUEUE)

        async def settled() -> bool:
            return await bus.depths() == {
                "one.test.happened": QueueDepth(0, 1),
                DEAD_LETTERS + "one": QueueDepth(2, 0),
                QUEUE: QueueDepth(0, 1),
                DEAD_LETTERS + QUEUE: QueueDepth(1, 0),
            }

        await until(settled, what="the depths of the queues")
