"""The contract of work queues, tested on every adapter."""

import asyncio
from collections.abc import Sequence

import pytest

from contor.kernel.bus import DEAD_LETTERS, MAX_ATTEMPTS, QueueDepth
from tests.integration.bus.conftest import Adapter
from tests.integration.bus.test_conformance import Event, Recorder, publish, started, wait_for_dead_letters
from tests.waiting import until

QUEUE = "test_readings"


class BatchRecorder(list[bytes]):
    """A batch handler that records bodies and rejects batches that contain one of `poison`."""

    def __init__(self, *poison: bytes) -> None:
        self.poison = set(poison)
        self.rejected: list[Sequence[bytes]] = []

    async def __call__(self, bodies: Sequence[bytes]) -> None:
        if self.poison.intersection(bodies):
            self.rejected.append(tuple(bodies))
            raise ValueError("cannot be read")
        self.extend(bodies)


def numbered(count: int) -> list[bytes]:
    return [b"%d" % n for n in range(count)]


async def test_bodies_arrive_unchanged(adapter: Adapter) -> None:
    bus, handled = adapter.make(), BatchRecorder()
    bus.consume(QUEUE, handled)
    bodies = [b"{}", b"", b"\xff\x00 not JSON", "ț".encode(), b"x" * 100_000]
    async with started(bus):
        await bus.send(QUEUE, bodies)
        await until(lambda: len(handled) >= len(bodies))
    assert sorted(handled) == sorted(bodies)


async def test_many_bodies_arrive_in_few_batches(adapter: Adapter) -> None:
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
    bus, first, second = adapter.make(), BatchRecorder(), BatchRecorder()
    bus.consume(QUEUE, first)
    bus.consume(QUEUE, second)
    bodies = numbered(500)
    async with started(bus):
        for body in bodies:
            await bus.send(QUEUE, [body])
        await until(lambda: len(first) + len(second) >= len(bodies))
    assert sorted([*first, *second]) == sorted(bodies)


async def test_a_failed_batch_is_retried(adapter: Adapter) -> None:
    bus, handled, calls = adapter.make(), BatchRecorder(), list[int]()

    async def fail_until_last_attempt(bodies: Sequence[bytes]) -> None:
        calls.append(len(bodies))
        if len(calls) < MAX_ATTEMPTS:
            raise RuntimeError("not yet")
        await handled(bodies)

    bus.consume(QUEUE, fail_until_last_attempt)
    async with started(bus):
        await bus.send(QUEUE, [b"one"])
        await until(lambda: handled)
        assert await bus.dead_letters(QUEUE) == []
    assert handled == [b"one"]


async def test_a_bad_body_does_not_block_the_others(adapter: Adapter) -> None:
    poison = [b"7", b"63"]
    bus, handled = adapter.make(), BatchRecorder(*poison)
    bus.consume(QUEUE, handled)
    bodies = numbered(100)
    async with started(bus):
        await bus.send(QUEUE, bodies)
        await wait_for_dead_letters(bus, QUEUE, 2)
        await until(lambda: len(handled) >= 98)
        letters = await bus.dead_letters(QUEUE)
    assert sorted(handled) == sorted(set(bodies) - set(poison))
    assert {letter.envelope.body for letter in letters} == set(poison)
    assert {(letter.subscriber, letter.envelope.key) for letter in letters} == {(QUEUE, QUEUE)}
    assert all("cannot be read" in letter.error for letter in letters)
    assert all(handled.rejected.count((body,)) == MAX_ATTEMPTS for body in poison)


async def test_a_lost_connection_creates_no_dead_letters(adapter: Adapter) -> None:
    """The database is unavailable for longer than all attempts: the bus or the sender keeps the bodies."""
    bus, handled, away = adapter.make(), BatchRecorder(), list[int]()

    async def fail_without_database(bodies: Sequence[bytes]) -> None:
        if len(away) < MAX_ATTEMPTS + 2:
            away.append(len(bodies))
            raise ConnectionRefusedError("the database is unavailable")
        await handled(bodies)

    bus.consume(QUEUE, fail_without_database)
    async with started(bus):

        async def sent() -> bool:
            try:
                await bus.send(QUEUE, [b"kept"])
            except ConnectionError:
                return False
            return True

        await until(sent)
        await until(lambda: handled)
        assert await bus.dead_letters(QUEUE) == []
    assert set(handled) == {b"kept"}


async def test_dead_bodies_survive_a_restart(adapter: Adapter) -> None:
    first, handled = adapter.make(), BatchRecorder(b"poison")
    first.consume(QUEUE, handled)
    async with started(first):
        await first.send(QUEUE, [b"poison", b"fine"])
        await wait_for_dead_letters(first, QUEUE)
        assert await first.replay(QUEUE) == 0
        await wait_for_dead_letters(first, QUEUE)
    second, again = adapter.make(), BatchRecorder()
    second.consume(QUEUE, again)
    async with started(second):
        assert [letter.envelope.body for letter in await second.dead_letters(QUEUE)] == [b"poison"]
        assert await second.replay(QUEUE) == 1
        assert await second.dead_letters(QUEUE) == []
    assert again == [b"poison"]


async def test_stop_waits_for_the_current_batch(adapter: Adapter) -> None:
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


async def test_sending_before_start_and_after_stop_raises(adapter: Adapter) -> None:
    bus, handled = adapter.make(), BatchRecorder()
    bus.consume(QUEUE, handled)
    with pytest.raises(ConnectionError):
        await bus.send(QUEUE, [b"early"])
    async with started(bus):
        await bus.send(QUEUE, [])
        await bus.send(QUEUE, [b"in time"])
        await until(lambda: handled)
    with pytest.raises(ConnectionError):
        await bus.send(QUEUE, [b"late"])
    assert handled == [b"in time"]


async def test_depths_count_waiting_messages_and_consumers(adapter: Adapter) -> None:
    bus = adapter.make()
    bus.subscribe("one", Event, Recorder(failing=True))
    bus.consume(QUEUE, BatchRecorder(b"poison"))
    async with started(bus):
        await publish(bus, Event(), Event())
        await bus.send(QUEUE, [b"poison"])
        await wait_for_dead_letters(bus, "one", 2)
        await wait_for_dead_letters(bus, QUEUE)

        async def settled() -> bool:
            return await bus.depths() == {
                "one.test.event": QueueDepth(0, 1),
                DEAD_LETTERS + "one": QueueDepth(2, 0),
                QUEUE: QueueDepth(0, 1),
                DEAD_LETTERS + QUEUE: QueueDepth(1, 0),
            }

        await until(settled, what="the depths of the queues")
