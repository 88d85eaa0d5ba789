"""Power cuts, acted out: kill -9 in the middle of 100,000 readings, and nothing confirmed is lost or counted twice."""

import asyncio
import contextlib
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime

import asyncpg
import httpx
import pytest

from tests.system.audit import audit, table, waiting_messages
from tests.system.deployment import MODES, Deployment, started_as
from tests.system.load import END, LIMIT_KWH, ZONES, Load
from tests.system.people import Person, people_of
from tests.system.watcher import Watcher, watching
from tests.waiting import until

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

    async def another() -> bool:
        try:
            return await started_at(contor) != before
        except (OSError, asyncpg.PostgresError):
            return False

    await until(another, seconds=60, what="PostgreSQL started again")


async def started_at(contor: Deployment) -> datetime:
    async with contor.database("monitoring") as connection:
        moment: datetime = await connection.fetchval("SELECT pg_postmaster_start_time()")
        return moment


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


async def create_devices(admin: Person, load: Load) -> set[str]:
    """Make devices as long as readings are sent; returns those that were confirmed with 201."""
    made: set[str] = set()
    while load.batches:
        await load.may_send.wait()
        with contextlib.suppress(httpx.TransportError):
            answer = await admin.ask(
                "POST", "/devices", {"name": f"Meanwhile {len(made)}", "max_hourly_consumption_kwh": 1}
            )
            if answer.status_code == 201:
                made.add(answer.json()["id"])
        await asyncio.sleep(0.05)
    return made


@pytest.mark.parametrize("kill", [process, database, backend], ids=lambda kill: str(kill.__name__))
async def test_nothing_confirmed_is_lost_or_counted_twice_by_killing(kill: Kill, doomed: Deployment) -> None:
    async with people_of(doomed) as people:
        admin, owner = await people.admin(), await people.client()
        devices = [await people.device(admin, owner, limit=LIMIT_KWH, time_zone=zone) for zone in ZONES]
        load = Load.of(devices, seed=7)
        async with watching(owner) as watcher, asyncio.TaskGroup() as group:
            sending = group.create_task(load.send(admin))
            creating = group.create_task(create_devices(admin, load))
            await until(lambda: load.share_confirmed() > 0.3 or sending.done(), seconds=60, what="a third confirmed")
            assert not sending.done()
            await kill(doomed, load)
            await asyncio.wait_for(asyncio.gather(sending, creating), 120)
            await until(doomed.is_ready, seconds=30)
            await check_readings_and_alerts(kill.__name__, doomed, load, owner, watcher)
        await check_messages(doomed, admin, creating.result())


async def check_readings_and_alerts(
    killed: str, contor: Deployment, load: Load, owner: Person, watcher: Watcher
) -> None:
    seen = await audit(contor, load)
    print(table(f"kill -9 of: {killed}", load, seen))  # noqa: T201  the figures are what one runs this for
    assert len(load.confirmed) == len(load.readings)
    assert not seen.lost
    assert seen.stored == load.readings
    assert seen.wrong_quarters == 0
    assert seen.alerts == Counter(load.over_limit())
    assert seen.said == Counter(seen.alert_ids)
    await check_by_the_interface(load, owner)
    await until(lambda: watcher.known() >= seen.alert_ids, what="every alert told to its owner")
    assert {len(ids) for ids in watcher.frames().values()} == {1}


async def check_by_the_interface(load: Load, owner: Person) -> None:
    """Hours and alerts as the owner reads them."""
    expected = load.hours()
    over = {hour: expected[hour] for hour in load.over_limit()}
    listed = [
        ((alert["device_id"], datetime.fromisoformat(alert["hour_start"])), round(alert["energy_kwh"] * 1000))
        for alert in await owner.all("/monitoring/alerts")
    ]
    assert len(listed) == len(over)
    assert dict(listed) == over
    for device in load.devices:
        hours = await owner.get(f"/monitoring/devices/{device}/consumption", to=END.isoformat(), resolution="hour")
        read = {datetime.fromisoformat(p["start"]): round(p["energy_kwh"] * 1000) for p in hours["points"]}
        assert {start: wh for start, wh in read.items() if wh} == {
            s: wh for (d, s), wh in expected.items() if d == device
        }


async def check_messages(contor: Deployment, admin: Person, made: set[str]) -> None:
    """Every outbox is empty, and what its messages tell of is known where they were to go."""

    async def nothing_waits() -> bool:
        return not any((await waiting_messages(contor)).values())

    await until(nothing_waits, seconds=20, what="empty outboxes")
    known = {device["id"] for device in await admin.all("/devices")}
    metered = {summary["device_id"] for summary in await admin.all("/monitoring/summaries")}
    assert made <= known
    assert metered == known
