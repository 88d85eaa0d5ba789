"""The RabbitMQ adapter when the broker dies, forgets or cuts: what was confirmed arrives, and nobody has to help."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from functools import partial

import pytest

from contor.kernel.bus import DEAD_LETTERS
from contor.kernel.bus.rabbit import RabbitBus
from contor.kernel.bus.rabbit.channel import open_channel
from contor.kernel.bus.rabbit.sender import QueueSender
from contor.kernel.bus.rabbit.topology import DELIVERY_LIMIT, event_queue
from contor.kernel.messaging.message import Envelope
from contor.runtime.embedded.rabbitmq import PrivateRabbit
from tests.integration.bus.conftest import Broker
from tests.integration.bus.test_conformance import Happened, Hinted, Seen, dead, say, started
from tests.integration.bus.test_conformance_queues import QUEUE, Taken
from tests.waiting import until

EVENTS_OF_ONE = event_queue("one", Happened.key)
LONG = 60.0
"""Seconds: a broker that was killed needs some to be back, more on a busy machine."""


async def killed_and_started(rabbit: PrivateRabbit) -> None:
    # A queue's first half second: RabbitMQ 3.10 has not written down yet that it exists.
    await rabbit.control("eval", "mnesia:sync_log(), [dets:sync(Table) || Table <- dets:all()].")
    await rabbit.kill()
    await rabbit.start()


async def insisting(deliver: Callable[[], Awaitable[None]]) -> None:
    """As the outbox does it: again until it is certain."""

    async def done() -> bool:
        try:
            await deliver()
        except ConnectionError:
            return False
        return True

    await until(done, seconds=LONG)


async def consumed(bus: RabbitBus, *queues: str) -> None:
    async def by_somebody() -> bool:
        depths = await bus.depths()
        return all(queue in depths and depths[queue].consumers for queue in queues)

    await until(by_somebody, seconds=LONG, what=f"consumers of {queues}")


async def test_a_killed_broker_loses_nothing_it_confirmed(broker: Broker) -> None:
    consumer, publisher, seen, taken = broker.make(), broker.make(), Seen(), Taken()
    consumer.subscribe("one", Happened, seen)
    consumer.consume(QUEUE, taken)
    messages = [Happened(what=str(n)) for n in range(300)]
    confirmed = asyncio.Semaphore(0)

    async def publish() -> None:
        for message in messages:
            await insisting(partial(publisher.publish, Envelope.of(message)))
            await insisting(partial(publisher.send, QUEUE, [message.what.encode()] * 10))
            confirmed.release()

    async with started(consumer), started(publisher):
        publishing = asyncio.create_task(publish())
        for _ in range(100):
            await confirmed.acquire()
        await killed_and_started(broker.rabbit)
        await publishing
        sent = {message.what.encode() for message in messages}
        await until(lambda: {m.id for m in messages} <= set(seen.ids) and sent <= set(taken), seconds=LONG)
        assert await consumer.dead_letters("one") == await consumer.dead_letters(QUEUE) == []


async def test_what_waits_survives_a_kill(broker: Broker) -> None:
    """Nobody consumes: the messages are on the broker's disk alone when it dies."""
    first = broker.make()
    first.subscribe("one", Happened, Seen())
    async with started(first):
        await first.send(QUEUE, [])
    messages, bodies = [Happened() for _ in range(50)], [b"%d" % n for n in range(1000)]
    publisher = broker.make()
    async with started(publisher):
        await say(publisher, *messages)
        await publisher.send(QUEUE, bodies)
    await killed_and_started(broker.rabbit)
    second, seen, taken = broker.make(), Seen(), Taken()
    second.subscribe("one", Happened, seen)
    second.consume(QUEUE, taken)
    async with started(second):
        await until(lambda: len(taken) >= len(bodies), seconds=LONG, what="the bodies of the work queue")
        await until(lambda: len(seen) >= len(messages), seconds=LONG, what="the events")
    assert set(seen.ids) == {message.id for message in messages}
    assert set(taken) == set(bodies)


async def test_while_the_broker_is_away_publishing_raises_and_a_bus_can_start(broker: Broker) -> None:
    first, later, seen, heard = broker.make(), broker.make(), Seen(), Seen()
    later.subscribe("one", Happened, seen)
    later.subscribe_broadcast(Hinted, heard)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(started(first))
        await broker.rabbit.kill()
        await until(lambda: not first.connected)
        with pytest.raises(ConnectionError):
            await asyncio.wait_for(say(first, Happened()), 2)
        with pytest.raises(ConnectionError):
            await asyncio.wait_for(first.send(QUEUE, [b"body"]), 2)
        await say(first, Hinted(n=1))  # a hint: dropped
        starting = asyncio.create_task(stack.enter_async_context(started(later)))
        await broker.rabbit.start()
        await starting
        await until(lambda: first.connected and later.connected, seconds=LONG)
        message, hint = Happened(), Hinted(n=2)
        await say(first, message, hint)
        await until(lambda: seen and heard)
    assert (seen.ids, heard.ids) == ([message.id], [hint.id])


async def test_listeners_are_told_that_they_hear_nothing_and_that_they_hear_again(broker: Broker) -> None:
    bus, heard, told = broker.make(), Seen(), list[bool]()
    bus.subscribe_broadcast(Hinted, heard)
    bus.on_subscription_state(told.append)
    async with started(bus):
        await broker.rabbit.kill()
        await until(lambda: told == [False, True, False])
        await broker.rabbit.start()
        await until(lambda: told[-1], seconds=LONG)
        await until(lambda: bus.connected, seconds=LONG)
        await say(bus, Hinted(n=1))
        await until(lambda: heard)


async def test_a_work_queue_that_its_operator_made_a_quorum_queue_is_taken_as_it_is(broker: Broker) -> None:
    async with open_channel(broker.rabbit.url, "operator") as channel:
        await channel.call("queue_declare", queue=QUEUE, durable=True, arguments={"x-queue-type": "quorum"})
    bus, taken, outlet = broker.make(), Taken(), QueueSender(broker.rabbit.url, "meter")
    bus.consume(QUEUE, taken)
    async with started(bus):
        await bus.send(QUEUE, [b"a service's"])
        await outlet.send(QUEUE, [b"a meter's"])
        await outlet.close()
        await until(lambda: set(taken) == {b"a service's", b"a meter's"})
    assert f"{QUEUE}\tquorum" in await broker.rabbit.control("list_queues", "name", "type")


async def test_connections_closed_from_outside_come_back(broker: Broker) -> None:
    bus, seen, taken, heard = broker.make(), Seen(), Taken(), Seen()
    bus.subscribe("one", Happened, seen)
    bus.subscribe_broadcast(Hinted, heard)
    bus.consume(QUEUE, taken)
    async with started(bus):
        lost = asyncio.create_task(until(lambda: not bus.connected, seconds=LONG))
        await broker.rabbit.control("close_all_connections", "a test")
        await lost
        await until(lambda: bus.connected, seconds=LONG)
        await say(bus, Happened(), Hinted(n=1))
        await bus.send(QUEUE, [b"body"])
        await until(lambda: seen and taken and heard)


async def test_a_deleted_queue_is_declared_and_consumed_again(broker: Broker) -> None:
    bus, seen, taken = broker.make(), Seen(), Taken()
    bus.subscribe("one", Happened, seen)
    bus.consume(QUEUE, taken)
    async with started(bus):
        async with open_channel(broker.rabbit.url, "test") as channel:
            for queue in (EVENTS_OF_ONE, QUEUE):
                await channel.call("queue_delete", queue=queue)
        await consumed(bus, EVENTS_OF_ONE, QUEUE)
        await insisting(lambda: say(bus, Happened()))
        await insisting(lambda: bus.send(QUEUE, [b"body"]))
        await until(lambda: seen and taken)


async def test_consumers_that_are_gone_without_a_word_are_noticed(broker: Broker) -> None:
    """The connection stays up and looks well: only the broker's own count tells that nobody consumes."""
    bus, seen = broker.make(), Seen()
    bus.subscribe("one", Happened, seen)
    async with started(bus):
        consumer = bus._events
        assert consumer._channel is not None
        for tag in consumer._consumer_tags:
            await consumer._channel.call("basic_cancel", consumer_tag=tag)
        message = Happened()
        await say(bus, message)
        await until(lambda: seen)
    assert seen.ids == [message.id]


async def test_the_broker_gives_up_what_always_ends_with_its_consumer(broker: Broker) -> None:
    bus, message = broker.make(), Happened(what="poison")
    bus.subscribe("one", Happened, Seen())
    async with started(bus):
        pass
    publisher = broker.make()
    async with started(publisher):
        await say(publisher, message)
    async with open_channel(broker.rabbit.url, "test") as channel:
        for _ in range(DELIVERY_LIMIT + 1):
            tag, *_ = await until(lambda: channel.get(EVENTS_OF_ONE))
            channel.requeue(tag)
    await dead(bus, "one")
    (letter,) = await bus.dead_letters("one")
    assert letter.envelope == Envelope.of(message)
    assert "delivery_limit" in letter.error


async def test_replay_by_a_process_without_the_handler_leaves_it_to_one_that_has_it(broker: Broker) -> None:
    bus, seen, taken, operator = broker.make(), Seen(failing=True), Taken(b"body"), broker.make()
    bus.subscribe("one", Happened, seen)
    bus.consume(QUEUE, taken)
    message = Happened()
    async with started(bus):
        await say(bus, message)
        await bus.send(QUEUE, [b"body"])
        await dead(bus, "one")
        await dead(bus, QUEUE)
        seen.failing = False
        seen.clear()
        taken.poison.clear()
        assert await operator.replay("one") == 1
        assert await operator.replay(QUEUE) == 1
        await until(lambda: seen and taken)
        assert (await bus.depths())[DEAD_LETTERS + "one"].waiting == 0
    assert (seen.ids, taken) == ([message.id], [b"body"])


async def test_small_and_large_bodies_take_turns(broker: Broker) -> None:
    """What is fetched ahead adapts to the size of the bodies; nothing is lost or stuck by that."""
    bus, sizes = broker.make(), list[int]()

    async def measure(bodies: Sequence[bytes]) -> None:
        sizes.extend(map(len, bodies))

    bus.consume(QUEUE, measure)
    async with started(bus):
        for size in (10, 20_000, 10):
            await bus.send(QUEUE, [b"x" * size] * 300)
        await until(lambda: len(sizes) >= 900)
        assert (sizes.count(10), sizes.count(20_000)) == (600, 300)
