"""A cluster of three nodes with quorum queues loses the node that all clients are connected to."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial

import pytest

from contor.kernel.bus.rabbit import RabbitBus
from contor.kernel.messaging.message import Envelope
from contor.runtime.embedded.rabbitmq import PrivateRabbit
from tests.integration.bus.test_conformance import Event, Recorder, started
from tests.integration.bus.test_rabbit_faults import LONG, retry_until_confirmed
from tests.rabbitmq_cluster import start_cluster
from tests.waiting import until


@pytest.fixture
async def nodes(programs: None, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[list[PrivateRabbit]]:
    async with start_cluster(tmp_path_factory.mktemp("nodes")) as nodes:
        yield nodes


async def test_the_loss_of_a_node_loses_no_message(nodes: list[PrivateRabbit]) -> None:
    url = ",".join(node.url for node in nodes)
    consumer, publisher, seen = RabbitBus(url), RabbitBus(url), Recorder()
    consumer.subscribe("one", Event, seen)
    messages = [Event() for _ in range(300)]
    confirmed = asyncio.Semaphore(0)

    async def publish() -> None:
        for message in messages:
            await retry_until_confirmed(partial(publisher.publish, Envelope.of(message)))
            confirmed.release()

    async with started(consumer), started(publisher):
        publishing = asyncio.create_task(publish())
        for _ in range(100):
            await confirmed.acquire()
        await nodes[0].kill()
        await publishing
        await until(lambda: {message.id for message in messages} <= set(seen.ids), seconds=LONG)
        assert await consumer.dead_letters("one") == []
