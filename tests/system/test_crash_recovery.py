"""Crash recovery: kill -9 during a load of 100,000 readings loses and duplicates nothing that was confirmed."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from tests.system.deployment import MODES, Deployment, local_deployment
from tests.system.faults import postgres_started_at, wait_for_restart
from tests.system.invariants import check_outboxes, check_readings_and_alerts
from tests.system.publishers import http_publisher
from tests.system.reading_load import LIMIT_KWH, ZONES, ReadingLoad, create_devices
from tests.system.reconnecting_clients import alert_client
from tests.system.stored_state import read_stored_state
from tests.system.users import user_factory
from tests.waiting import until

CONNECTIONS = 4
Kill = Callable[[Deployment, ReadingLoad], Awaitable[None]]


async def process(contor: Deployment, load: ReadingLoad) -> None:
    """Kill Contor, then start it again like an operator."""
    load.may_send.clear()
    await contor.kill()
    await contor.start()
    state = await read_stored_state(contor, load)
    assert not state.lost, f"{len(state.lost)} confirmed readings are missing after the restart"
    load.may_send.set()


async def database(contor: Deployment, load: ReadingLoad) -> None:
    """Kill PostgreSQL's main process; Contor restarts it."""
    before = await postgres_started_at(contor)
    await contor.kill_database()
    await wait_for_restart(contor, since=before)


async def backend(contor: Deployment, load: ReadingLoad) -> None:
    """Kill the backend that stores readings; PostgreSQL then ends all other backends and recovers."""
    busiest = "SELECT pid FROM pg_stat_activity WHERE datname = 'monitoring' AND state <> 'idle' AND pid <> $1"
    async with contor.database("monitoring") as connection:
        own = await connection.fetchval("SELECT pg_backend_pid()")
        pid = await until(lambda: connection.fetchval(busiest, own), what="a busy backend")
        os.kill(pid, signal.SIGKILL)


@pytest.fixture(scope="module", params=MODES)
async def deployment(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Deployment]:
    async with local_deployment(request.param, tmp_path_factory.mktemp("kill") / "data").running() as deployment:
        yield deployment


@pytest.mark.parametrize("kill", [process, database, backend], ids=lambda kill: str(kill.__name__))
async def test_a_crash_loses_and_duplicates_nothing_that_was_confirmed(kill: Kill, deployment: Deployment) -> None:
    async with user_factory(deployment) as users:
        admin, owner = await users.sign_in_admin(), await users.create_client()
        devices = [await users.create_device(admin, owner, limit=LIMIT_KWH, time_zone=zone) for zone in ZONES]
        load = ReadingLoad.generate(devices, seed=7)
        async with (
            alert_client(owner) as client,
            http_publisher(admin, CONNECTIONS) as publisher,
            asyncio.TaskGroup() as group,
        ):
            sending = group.create_task(load.send(*[publisher] * CONNECTIONS))
            creating = group.create_task(create_devices(admin, load))
            await until(lambda: load.confirmed_share() > 0.3 or sending.done(), seconds=60, what="a third confirmed")
            assert not sending.done()
            await kill(deployment, load)
            await asyncio.wait_for(asyncio.gather(sending, creating), 120)
            await until(deployment.is_ready, seconds=30)
            await check_readings_and_alerts(
                f"kill -9 of: {kill.__name__} ({type(deployment).__name__.lower()})", deployment, load, owner, client
            )
        await check_outboxes(deployment, admin, creating.result())
