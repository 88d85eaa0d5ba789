"""Power cuts, acted out: kill -9 in the middle of 100,000 readings, and nothing confirmed is lost or counted twice."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from tests.system.audit import audit
from tests.system.checks import check_messages, check_readings_and_alerts
from tests.system.deployment import MODES, Deployment, started_as
from tests.system.faults import restarted, started_at
from tests.system.load import LIMIT_KWH, ZONES, Load, create_devices
from tests.system.people import people_of
from tests.system.watcher import watching
from tests.system.ways import by_http
from tests.waiting import until

CONNECTIONS = 4
Kill = Callable[[Deployment, Load], Awaitable[None]]


async def process(contor: Deployment, load: Load) -> None:
    """Contor itself dies and is started again by its operator."""
    load.may_send.clear()
    await contor.kill()
    await contor.start()
    seen = await audit(contor, load)
    assert not seen.lost, f"{len(seen.lost)} confirmed readings are not there after the restart"
    load.may_send.set()


async def database(contor: Deployment, load: Load) -> None:
    """PostgreSQL's main process dies; Contor starts it again by itself."""
    before = await started_at(contor)
    await contor.kill_database()
    await restarted(contor, since=before)


async def backend(contor: Deployment, load: Load) -> None:
    """The database's process that stores readings dies, which makes PostgreSQL end all the others and recover."""
    busiest = "SELECT pid FROM pg_stat_activity WHERE datname = 'monitoring' AND state <> 'idle' AND pid <> $1"
    async with contor.database("monitoring") as connection:
        own = await connection.fetchval("SELECT pg_backend_pid()")
        pid = await until(lambda: connection.fetchval(busiest, own), what="a busy backend")
        os.kill(pid, signal.SIGKILL)


@pytest.fixture(scope="module", params=MODES)
async def doomed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Deployment]:
    async with started_as(request.param, tmp_path_factory.mktemp("kill") / "data").running() as deployment:
        yield deployment


@pytest.mark.parametrize("kill", [process, database, backend], ids=lambda kill: str(kill.__name__))
async def test_nothing_confirmed_is_lost_or_counted_twice_by_killing(kill: Kill, doomed: Deployment) -> None:
    async with people_of(doomed) as people:
        admin, owner = await people.admin(), await people.client()
        devices = [await people.device(admin, owner, limit=LIMIT_KWH, time_zone=zone) for zone in ZONES]
        load = Load.of(devices, seed=7)
        async with (
            watching(owner) as watcher,
            by_http(admin, CONNECTIONS) as http,
            asyncio.TaskGroup() as group,
        ):
            sending = group.create_task(load.send(*[http] * CONNECTIONS))
            creating = group.create_task(create_devices(admin, load))
            await until(lambda: load.share_confirmed() > 0.3 or sending.done(), seconds=60, what="a third confirmed")
            assert not sending.done()
            await kill(doomed, load)
            await asyncio.wait_for(asyncio.gather(sending, creating), 120)
            await until(doomed.is_ready, seconds=30)
            await check_readings_and_alerts(
                f"kill -9 of: {kill.__name__} ({type(doomed).__name__.lower()})", doomed, load, owner, watcher
            )
        await check_messages(doomed, admin, creating.result())
