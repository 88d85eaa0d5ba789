"""Faults of the distributed topology, acted out under load: nothing confirmed is lost or counted twice."""

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
from tests.nodes import three_nodes
from tests.system import faults
from tests.system.chats import direct
from tests.system.checks import check_messages, check_readings_and_alerts, check_stored, check_told
from tests.system.deployment import Deployment, Distributed, Embedded, Started, skip_loudly, started_as
from tests.system.load import LIMIT_KWH, ZONES, Load, create_devices
from tests.system.people import Person, people_of
from tests.system.talk import MESSAGES, Talk, check_followed
from tests.system.watcher import Follower, following, watching
from tests.system.ways import Way, by_http, by_queue
from tests.waiting import until

Fault = Callable[[Distributed, Load], Awaitable[None]]
READINGS = 48_000
PACK = 100
OWNERS, SOCKETS = 25, 400
"""Half of the sockets are on either replica."""
SPEAKERS = 5


@pytest.fixture(scope="module")
async def doomed(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Deployment]:
    async with started_as("distributed", tmp_path_factory.mktemp("faults") / "data").running() as deployment:
        yield deployment


async def ways(stack: AsyncExitStack, admin: Person, amqp_url: str) -> list[Way]:
    """Twice by HTTP, twice as single messages, once in packs."""
    http = await stack.enter_async_context(by_http(admin, 2))
    queues = [await stack.enter_async_context(by_queue(amqp_url, pack)) for pack in (1, 1, PACK)]
    return [http, http, *queues]


async def withstand(title: str, contor: Started, amqp_url: str, fault: Callable[[Load], Awaitable[None]]) -> None:
    """Have the fault in the middle of a load, and everything in its place afterwards."""
    async with people_of(contor) as people, AsyncExitStack() as stack:
        admin, owner = await people.admin(), await people.client()
        devices = [await people.device(admin, owner, limit=LIMIT_KWH, time_zone=zone) for zone in ZONES]
        load = Load.of(devices, seed=11, readings=READINGS)
        watcher = await stack.enter_async_context(watching(owner))
        by = await ways(stack, admin, amqp_url)
        async with asyncio.TaskGroup() as group:
            sending = group.create_task(load.send(*by))
            creating = group.create_task(create_devices(admin, load))
            await until(lambda: load.share_confirmed() > 0.2 or sending.done(), seconds=60, what="a fifth confirmed")
            assert load.under_way
            await fault(load)
            await asyncio.wait_for(asyncio.gather(sending, creating), 120)
        await until(contor.is_ready, seconds=60)
        await check_readings_and_alerts(title, contor, load, owner, watcher)
        await check_messages(contor, admin, creating.result())
    assert await dead_letters(Settings(data_dir=contor.folder, amqp_url=amqp_url)) == []


@pytest.mark.parametrize(
    "fault",
    [faults.replica_killed, faults.replica_stopped, faults.broker_killed, faults.database_restarted],
    ids=lambda fault: str(fault.__name__),
)
async def test_nothing_confirmed_is_lost_or_counted_twice(fault: Fault, doomed: Distributed) -> None:
    await withstand(str(fault.__doc__), doomed, doomed.amqp_url, partial(fault, doomed))
    await faults.consumed_by(2, doomed)


async def test_sockets_of_a_killed_replica_resume_on_the_other(doomed: Distributed) -> None:
    async with people_of(doomed) as people, AsyncExitStack() as stack:
        admin = await people.admin()
        owners = [await people.client() for _ in range(OWNERS)]
        devices = [await people.device(admin, owner, limit=LIMIT_KWH) for owner in owners]
        load = Load.of(devices, seed=13, readings=READINGS)
        watchers = [
            [await stack.enter_async_context(watching(owner)) for _ in range(SOCKETS // OWNERS)] for owner in owners
        ]
        due = len(load.over_limit())
        by = await ways(stack, admin, doomed.amqp_url)
        async with asyncio.TaskGroup() as group:
            sending = group.create_task(load.send(*by))
            await until(
                lambda: sum(len(of_owner[0].known()) for of_owner in watchers) > due / 4,
                seconds=60,
                what="a quarter of the alerts",
            )
            await faults.communication_killed(doomed, [watcher for of_owner in watchers for watcher in of_owner])
            await asyncio.wait_for(sending, 120)
        await until(doomed.is_ready, seconds=60)
        await check_stored(str(faults.communication_killed.__doc__), doomed, load)
        for owner, of_owner in zip(owners, watchers, strict=True):
            raised = {alert["id"] for alert in await owner.all("/monitoring/alerts")}
            for watcher in of_owner:
                await check_told(watcher, raised)


async def talked_through(
    title: str, contor: Distributed, fault: Callable[[Talk, list[Follower]], Awaitable[None]]
) -> None:
    """Have the fault while a hundred messages are written by people of whom each has two browsers."""
    async with people_of(contor) as people, AsyncExitStack() as stack:
        group = [await people.client() for _ in range(SPEAKERS)]
        talk = Talk(await direct(*group))
        followers = [await stack.enter_async_context(following(one, talk.conversation)) for one in group * 2]
        talking = asyncio.create_task(talk.hold(group, seconds=2))
        await until(lambda: len(talk.confirmed) > MESSAGES / 4, what="a quarter of the messages")
        await fault(talk, followers)
        await asyncio.wait_for(talking, 60)
        await until(contor.is_ready, seconds=60)
        await check_followed(title, contor, talk, followers)


async def test_a_killed_chat_replica_costs_no_message_and_doubles_none(doomed: Distributed) -> None:
    async def fault(talk: Talk, _: list[Follower]) -> None:
        await faults.chat_killed(doomed, talk, SPEAKERS)
        assert talk.unanswered

    await talked_through(str(faults.chat_killed.__doc__), doomed, fault)


async def test_a_killed_communication_replica_keeps_no_message_from_anybody(doomed: Distributed) -> None:
    async def fault(_: Talk, followers: list[Follower]) -> None:
        await faults.communication_killed(doomed, followers, sockets=SPEAKERS)

    title = f"kill -9 of a communication replica with {SPEAKERS} of {2 * SPEAKERS} sockets"
    await talked_through(title, doomed, fault)


async def test_a_cluster_of_three_brokers_loses_the_one_everybody_is_on(tmp_path: Path) -> None:
    if not installed():
        skip_loudly(MISSING)
    async with three_nodes(tmp_path / "nodes") as nodes:
        amqp_url = ",".join(node.url for node in nodes)
        async with open_channel(amqp_url, "operator") as channel:
            # RabbitMQ 4 makes quorum queues by default; before it, the operator makes this one.
            await channel.call("queue_declare", queue=SENSOR_DATA, durable=True, arguments={"x-queue-type": "quorum"})

        async def lose_a_node(_: Load) -> None:
            await nodes[0].kill()

        contor = Embedded(tmp_path / "data")
        async with contor.running(CONTOR_AMQP_URL=amqp_url, CONTOR_MIGRATE="true"):
            await withstand("kill -9 of one of three RabbitMQ nodes, quorum queues", contor, amqp_url, lose_a_node)
