"""Faults of the distributed mode under load: nothing that was confirmed is lost or counted twice."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

import pytest

from contor.cli.dead_letters import dead_letters
from contor.contracts.readings import SENSOR_DATA
from contor.kernel.bus.rabbit.channel import open_channel
from contor.kernel.settings import Settings
from contor.runtime.embedded.rabbitmq import MISSING, installed
from tests.rabbitmq_cluster import start_cluster
from tests.system import faults
from tests.system.chat_load import MESSAGES, ChatLoad, check_chat_load
from tests.system.conversations import create_direct
from tests.system.deployment import (
    Deployment,
    Distributed,
    Embedded,
    LocalDeployment,
    local_deployment,
    skip_or_fail_in_ci,
)
from tests.system.invariants import check_alerts_received, check_outboxes, check_readings_and_alerts, check_stored
from tests.system.publishers import Publisher, http_publisher, queue_publisher
from tests.system.reading_load import LIMIT_KWH, ZONES, ReadingLoad, create_devices
from tests.system.reconnecting_clients import ChatClient, alert_client, chat_client
from tests.system.users import User, user_factory
from tests.waiting import until

Fault = Callable[[Distributed, ReadingLoad], Awaitable[None]]
READINGS = 48_000
READINGS_PER_MESSAGE = 100
OWNERS, SOCKETS = 25, 400
"""Each of the two replicas has half of the sockets."""
SPEAKERS = 5


@pytest.fixture(scope="module")
async def cluster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Deployment]:
    async with local_deployment("distributed", tmp_path_factory.mktemp("faults") / "data").running() as deployment:
        yield deployment


async def open_publishers(stack: AsyncExitStack, admin: User, amqp_url: str) -> list[Publisher]:
    """Two over HTTP, two with one reading per message, one with `READINGS_PER_MESSAGE`."""
    http = await stack.enter_async_context(http_publisher(admin, 2))
    queues = [await stack.enter_async_context(queue_publisher(amqp_url, size)) for size in (1, 1, READINGS_PER_MESSAGE)]
    return [http, http, *queues]


async def run_load_with_fault(
    title: str, contor: LocalDeployment, amqp_url: str, fault: Callable[[ReadingLoad], Awaitable[None]]
) -> None:
    """Inject the fault during a load, then check the invariants."""
    async with user_factory(contor) as users, AsyncExitStack() as stack:
        admin, owner = await users.sign_in_admin(), await users.create_client()
        devices = [await users.create_device(admin, owner, limit=LIMIT_KWH, time_zone=zone) for zone in ZONES]
        load = ReadingLoad.generate(devices, seed=11, readings=READINGS)
        client = await stack.enter_async_context(alert_client(owner))
        publishers = await open_publishers(stack, admin, amqp_url)
        async with asyncio.TaskGroup() as group:
            sending = group.create_task(load.send(*publishers))
            creating = group.create_task(create_devices(admin, load))
            await until(lambda: load.confirmed_share() > 0.2 or sending.done(), seconds=60, what="a fifth confirmed")
            assert load.in_progress
            await fault(load)
            await asyncio.wait_for(asyncio.gather(sending, creating), 120)
        await until(contor.is_ready, seconds=60)
        await check_readings_and_alerts(title, contor, load, owner, client)
        await check_outboxes(contor, admin, creating.result())
    assert await dead_letters(Settings(data_dir=contor.folder, amqp_url=amqp_url)) == []


@pytest.mark.parametrize(
    "fault",
    [faults.kill_replica, faults.pause_replica, faults.kill_broker, faults.restart_postgres],
    ids=lambda fault: str(fault.__name__),
)
async def test_nothing_confirmed_is_lost_or_counted_twice(fault: Fault, cluster: Distributed) -> None:
    await run_load_with_fault(str(fault.__doc__), cluster, cluster.amqp_url, partial(fault, cluster))
    await faults.wait_for_consumers(cluster, 2)


async def test_sockets_of_a_killed_replica_reconnect_to_the_other(cluster: Distributed) -> None:
    async with user_factory(cluster) as users, AsyncExitStack() as stack:
        admin = await users.sign_in_admin()
        owners = [await users.create_client() for _ in range(OWNERS)]
        devices = [await users.create_device(admin, owner, limit=LIMIT_KWH) for owner in owners]
        load = ReadingLoad.generate(devices, seed=13, readings=READINGS)
        alert_clients = [
            [await stack.enter_async_context(alert_client(owner)) for _ in range(SOCKETS // OWNERS)] for owner in owners
        ]
        due = len(load.over_limit())
        publishers = await open_publishers(stack, admin, cluster.amqp_url)
        async with asyncio.TaskGroup() as group:
            sending = group.create_task(load.send(*publishers))
            await until(
                lambda: sum(of_owner[0].past_announced() for of_owner in alert_clients) > due / 4,
                seconds=60,
                what="a quarter of the alerts",
            )
            await faults.kill_communication(cluster, [client for of_owner in alert_clients for client in of_owner])
            await asyncio.wait_for(sending, 120)
        await until(cluster.is_ready, seconds=60)
        await check_stored(str(faults.kill_communication.__doc__), cluster, load)
        for owner, of_owner in zip(owners, alert_clients, strict=True):
            alerts = await owner.get_all("/monitoring/alerts")
            for client in of_owner:
                await check_alerts_received(client, {a["id"]: a["past"] for a in alerts})


async def run_chat_load_with_fault(
    title: str, contor: Distributed, fault: Callable[[ChatLoad, list[ChatClient]], Awaitable[None]]
) -> None:
    """Inject the fault while users with two browsers each send a hundred messages, then check the messages."""
    async with user_factory(contor) as users, AsyncExitStack() as stack:
        group = [await users.create_client() for _ in range(SPEAKERS)]
        chat = ChatLoad(await create_direct(*group))
        clients = [await stack.enter_async_context(chat_client(user, chat.conversation)) for user in group * 2]
        sending = asyncio.create_task(chat.run(group, seconds=2))
        await until(lambda: len(chat.confirmed) > MESSAGES / 4, what="a quarter of the messages")
        await fault(chat, clients)
        await asyncio.wait_for(sending, 60)
        await until(contor.is_ready, seconds=60)
        await check_chat_load(title, contor, chat, clients)


async def test_a_killed_chat_replica_loses_and_duplicates_no_message(cluster: Distributed) -> None:
    async def fault(chat: ChatLoad, _: list[ChatClient]) -> None:
        await faults.kill_chat(cluster, chat, SPEAKERS)
        assert chat.unconfirmed

    await run_chat_load_with_fault(str(faults.kill_chat.__doc__), cluster, fault)


async def test_every_message_arrives_although_a_communication_replica_is_killed(cluster: Distributed) -> None:
    async def fault(_: ChatLoad, clients: list[ChatClient]) -> None:
        await faults.kill_communication(cluster, clients, sockets=SPEAKERS)

    title = f"kill -9 of a communication replica with {SPEAKERS} of {2 * SPEAKERS} sockets"
    await run_chat_load_with_fault(title, cluster, fault)


async def test_a_broker_cluster_survives_the_loss_of_the_node_in_use(tmp_path: Path) -> None:
    if not installed():
        skip_or_fail_in_ci(MISSING)
    async with start_cluster(tmp_path / "nodes") as nodes:
        amqp_url = ",".join(node.url for node in nodes)
        async with open_channel(amqp_url, "operator") as channel:
            # RabbitMQ 4 creates quorum queues by default; before version 4, the operator declares this one.
            await channel.call("queue_declare", queue=SENSOR_DATA, durable=True, arguments={"x-queue-type": "quorum"})

        async def kill_first_node(_: ReadingLoad) -> None:
            await nodes[0].kill()

        contor = Embedded(tmp_path / "data")
        title = "kill -9 of one of three RabbitMQ nodes, quorum queues"
        async with contor.running(CONTOR_AMQP_URL=amqp_url, CONTOR_MIGRATE="true"):
            await run_load_with_fault(title, contor, amqp_url, kill_first_node)
