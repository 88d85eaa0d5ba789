"""The RabbitMQ adapter recovers from a broker that crashes, loses queues or closes connections."""

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
from tests.integration.bus.test_conformance import Event, Hint, Recorder, publish, started, wait_for_dead_letters
from tests.integration.bus.test_conformance_queues import QUEUE, BatchRecorder
from tests.waiting import until

EVENTS_OF_ONE = event_queue("one", Event.key)
LONG = 60.0
"""Seconds for a killed broker to be available again on a busy machine."""


async def kill(rabbit: PrivateRabbit) -> None:
    # RabbitMQ 3.10 writes the definition of a new queue, and the deletion of an old one, to disk only after half a
    # second: without this the queues of the previous test would return.
    await rabbit.control("eval", "mnesia:sync_log(), [dets:sync(Table) || Table <- dets:all()].")
    await rabbit.kill()


async def kill_and_start(rabbit: PrivateRabbit) -> None:
    await kill(rabbit)
    await rabbit.start()


async def retry_until_confirmed(deliver: Callable[[], Awaitable[None]]) -> None:
    """As the outbox does."""

    async def done() -> bool:
        try:
            await deliver()
        except ConnectionError:
            return False
        return True

    await until(done, seconds=LONG)


async def wait_for_consumers(bus: RabbitBus, *queues: str) -> None:
    async def have_consumers() -> bool:
        depths = await bus.depths()
        return all(queue in depths and depths[queue].consumers for queue in queues)

    await until(have_consumers, seconds=LONG, what=f"consumers of {queues}")


async def test_confirmed_messages_survive_a_crash_of_the_broker(broker: Broker) -> None:
    consumer, publisher, seen, handled = broker.make(), broker.make(), Recorder(), BatchRecorder()
    consumer.subscribe("one", Event, seen)
    consumer.consume(QUEUE, handled)
    messages = [Event(what=str(n)) for n in range(300)]
    confirmed = asyncio.Semaphore(0)

    async def publish() -> None:
        for message in messages:
            await retry_until_confirmed(partial(publisher.publish, Envelope.of(message)))
            await retry_until_confirmed(partial(publisher.send, QUEUE, [message.what.encode()] * 10))
            confirmed.release()

    async with started(consumer), started(publisher):
        publishing = asyncio.create_task(publish())
        for _ in range(100):
            await confirmed.acquire()
        await kill_and_start(broker.rabbit)
        await publishing
        sent = {message.what.encode() for message in messages}
        await until(lambda: {m.id for m in messages} <= set(seen.ids) and sent <= set(handled), seconds=LONG)
        assert await consumer.dead_letters("one") == await consumer.dead_letters(QUEUE) == []


async def test_waiting_messages_survive_a_crash(broker: Broker) -> None:
    """Without consumers, the messages are on the broker's disk only."""
    first = broker.make()
    first.subscribe("one", Event, Recorder())
    async with started(first):
        await first.send(QUEUE, [])
    messages, bodies = [Event() for _ in range(50)], [b"%d" % n for n in range(1000)]
    publisher = broker.make()
    async with started(publisher):
        # A quorum queue that was declared a moment ago may reject until it has elected its leader.
        await retry_until_confirmed(lambda: publish(publisher, *messages))
        await retry_until_confirmed(lambda: publisher.send(QUEUE, bodies))
    await kill_and_start(broker.rabbit)
    second, seen, handled = broker.make(), Recorder(), BatchRecorder()
    second.subscribe("one", Event, seen)
    second.consume(QUEUE, handled)
    async with started(second):
        await until(lambda: len(handled) >= len(bodies), seconds=LONG, what="the bodies of the work queue")
        await until(lambda: len(seen) >= len(messages), seconds=LONG, what="the events")
    assert set(seen.ids) == {message.id for message in messages}
    assert set(handled) == set(bodies)


async def test_without_the_broker_publishing_raises_and_a_bus_can_start(broker: Broker) -> None:
    first, later, seen, broadcasts = broker.make(), broker.make(), Recorder(), Recorder()
    later.subscribe("one", Event, seen)
    later.subscribe_broadcast(Hint, broadcasts)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(started(first))
        await kill(broker.rabbit)
        await until(lambda: not first.connected)
        with pytest.raises(ConnectionError):
            await asyncio.wait_for(publish(first, Event()), 2)
        with pytest.raises(ConnectionError):
            await asyncio.wait_for(first.send(QUEUE, [b"body"]), 2)
        await publish(first, Hint(n=1))  # not durable: discarded
        starting = asyncio.create_task(stack.enter_async_context(started(later)))
        await broker.rabbit.start()
        await starting
        await until(lambda: first.connected and later.connected, seconds=LONG)
        message, hint = Event(), Hint(n=2)
        await publish(first, message, hint)
        await until(lambda: seen and broadcasts)
    assert (seen.ids, broadcasts.ids) == ([message.id], [hint.id])


async def test_the_subscription_state_follows_the_connection(broker: Broker) -> None:
    bus, broadcasts, states = broker.make(), Recorder(), list[bool]()
    bus.subscribe_broadcast(Hint, broadcasts)
    bus.on_subscription_state(states.append)
    async with started(bus):
        await kill(broker.rabbit)
        await until(lambda: states == [False, True, False])
        await broker.rabbit.start()
        await until(lambda: states[-1], seconds=LONG)
        await until(lambda: bus.connected, seconds=LONG)
        await publish(bus, Hint(n=1))
        await until(lambda: broadcasts)


async def test_a_work_queue_that_the_operator_declared_as_quorum_queue_is_used(broker: Broker) -> None:
    async with open_channel(broker.rabbit.url, "operator") as channel:
        await channel.call("queue_declare", queue=QUEUE, durable=True, arguments={"x-queue-type": "quorum"})
    bus, handled, outlet = broker.make(), BatchRecorder(), QueueSender(broker.rabbit.url, "meter")
    bus.consume(QUEUE, handled)
    async with started(bus):
        await bus.send(QUEUE, [b"from a service"])
        await outlet.send(QUEUE, [b"from a meter"])
        await outlet.close()
        await until(lambda: set(handled) == {b"from a service", b"from a meter"})
    assert f"{QUEUE}\tquorum" in await broker.rabbit.control("list_queues", "name", "type")


async def test_connections_closed_by_the_broker_are_reopened(broker: Broker) -> None:
    bus, seen, handled, broadcasts = broker.make(), Recorder(), BatchRecorder(), Recorder()
    bus.subscribe("one", Event, seen)
    bus.subscribe_broadcast(Hint, broadcasts)
    bus.consume(QUEUE, handled)
    async with started(bus):
        lost = asyncio.create_task(until(lambda: not bus.connected, seconds=LONG))
        await broker.rabbit.control("close_all_connections", "a test")
        await lost
        await until(lambda: bus.connected, seconds=LONG)
        await publish(bus, Event(), Hint(n=1))
        await bus.send(QUEUE, [b"body"])
        await until(lambda: seen and handled and broadcasts)


async def test_a_deleted_queue_is_declared_and_consumed_again(broker: Broker) -> None:
    bus, seen, handled = broker.make(), Recorder(), BatchRecorder()
    bus.subscribe("one", Event, seen)
    bus.consume(QUEUE, handled)
    async with started(bus):
        async with open_channel(broker.rabbit.url, "test") as channel:
            for queue in (EVENTS_OF_ONE, QUEUE):
                await channel.call("queue_delete", queue=queue)
        await wait_for_consumers(bus, EVENTS_OF_ONE, QUEUE)
        await retry_until_confirmed(lambda: publish(bus, Event()))
        await retry_until_confirmed(lambda: bus.send(QUEUE, [b"body"]))
        await until(lambda: seen and handled)


async def test_silently_lost_consumers_are_detected(broker: Broker) -> None:
    """The connection stays open: only the broker's count of consumers shows the loss."""
    bus, seen = broker.make(), Recorder()
    bus.subscribe("one", Event, seen)
    async with started(bus):
        consumer = bus._events
        assert consumer._channel is not None
        for tag in consumer._consumer_tags:
            await consumer._channel.call("basic_cancel", consumer_tag=tag)
        message = Event()
        await publish(bus, message)
        await until(lambda: seen)
    assert seen.ids == [message.id]


async def test_the_broker_dead_letters_a_message_whose_consumers_always_crash(broker: Broker) -> None:
    bus, message = broker.make(), Event(what="poison")
    bus.subscribe("one", Event, Recorder())
    async with started(bus):
        pass
    publisher = broker.make()
    async with started(publisher):
        await publish(publisher, message)
    async with open_channel(broker.rabbit.url, "test") as channel:
        for _ in range(DELIVERY_LIMIT + 1):
            tag, *_ = await until(lambda: channel.get(EVENTS_OF_ONE))
            channel.requeue(tag)
    await wait_for_dead_letters(bus, "one")
    (letter,) = await bus.dead_letters("one")
    assert letter.envelope == Envelope.of(message)
    assert "delivery_limit" in letter.error


async def test_replay_in_a_process_without_the_handler_requeues_for_one_that_has_it(broker: Broker) -> None:
    bus, seen, handled, operator = broker.make(), Recorder(failing=True), BatchRecorder(b"body"), broker.make()
    bus.subscribe("one", Event, seen)
    bus.consume(QUEUE, handled)
    message = Event()
    async with started(bus):
        await publish(bus, message)
        await bus.send(QUEUE, [b"body"])
        await wait_for_dead_letters(bus, "one")
        await wait_for_dead_letters(bus, QUEUE)
        seen.failing = False
        seen.clear()
        handled.poison.clear()
        assert await operator.replay("one") == 1
        assert await operator.replay(QUEUE) == 1
        await until(lambda: seen and handled)
        assert (await bus.depths())[DEAD_LETTERS + "one"].waiting == 0
    assert (seen.ids, handled) == ([message.id], [b"body"])


async def test_the_prefetch_adapts_to_the_size_of_bodies(broker: Broker) -> None:
    """No body is lost while it changes."""
    bus, sizes = broker.make(), list[int]()

    async def measure(bodies: Sequence[bytes]) -> None:
        sizes.extend(map(len, bodies))

    bus.consume(QUEUE, measure)
    async with started(bus):
        for size in (10, 20_000, 10):
            await bus.send(QUEUE, [b"x" * size] * 300)
        await until(lambda: len(sizes) >= 900)
        assert (sizes.count(10), sizes.count(20_000)) == (600, 300)
