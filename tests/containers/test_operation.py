"""Operation of the containers: readings through AMQP, scaling, logs, restart, backup and restore."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pika

from tests.containers.compose_deployment import ComposeDeployment
from tests.containers.meter_client import QUEUE, channel, parameters, send
from tests.system.deployment import SERVICES_WITH_DATABASE
from tests.system.live_socket import open_socket
from tests.system.users import Json, User, UserFactory
from tests.waiting import until

HOUR = timedelta(hours=1)


def last_hour() -> datetime:
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - HOUR


async def energy(user: User, device: Json, begin: datetime, end: datetime) -> float:
    span = {"from": begin.isoformat(), "to": end.isoformat(), "resolution": "hour"}
    found: float = (await user.get(f"/monitoring/devices/{device['id']}/consumption", **span))["total_kwh"]
    return found


async def test_readings_published_with_pika_become_an_hour_and_an_alert(
    contor: ComposeDeployment, users: UserFactory, admin: User
) -> None:
    owner = await users.create_client()
    device = await users.create_device(admin, owner, limit=0.5)
    begin = last_hour()
    readings = [
        {
            "timestamp": int((begin + timedelta(minutes=10 * n)).timestamp() * 1000),
            "device_id": device["id"],
            "measurement_value": 0.1,
        }
        for n in range(6)
    ]
    async with open_socket(owner) as socket:
        await asyncio.to_thread(send, await parameters(contor), *readings)
        raised = (await socket.wait_for("alert.raised", seconds=30, device_id=device["id"]))["data"]
    assert (raised["energy_kwh"], raised["limit_kwh"]) == (0.6, 0.5)
    assert await energy(owner, device, begin, begin + HOUR) == 0.6


class Stream:
    """Publishes readings of 1 Wh for one device; `confirmed`: number of readings confirmed by the broker."""

    def __init__(self, target: pika.ConnectionParameters, device: Json, begin: datetime) -> None:
        self.confirmed = 0
        self._target = target
        self._device = device
        self._begin = int(begin.timestamp() * 1000)
        self._stopped = False

    def publish(self) -> None:
        with channel(self._target) as opened:
            opened.queue_declare(QUEUE, durable=True)
            while not self._stopped:
                at = self._begin + self.confirmed
                body = f'{{"timestamp": {at}, "device_id": "{self._device["id"]}", "measurement_value": 0.001}}'
                opened.basic_publish("", QUEUE, body.encode(), mandatory=True)
                self.confirmed += 1
                time.sleep(0.002)  # a few hundred per second are enough

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        publishing = asyncio.create_task(asyncio.to_thread(self.publish))
        try:
            await until(lambda: self.confirmed > 100 or publishing.done(), what="the first readings")
            yield
        finally:
            self._stopped = True
            await publishing


async def test_monitoring_scales_to_three_replicas_and_back_under_load(
    contor: ComposeDeployment, users: UserFactory, admin: User
) -> None:
    device = await users.create_device(admin, limit=1_000.0)
    begin = last_hour() - 24 * HOUR
    stream = Stream(await parameters(contor), device, begin)

    async def consumers() -> int:
        return int((await contor.queues("contor", "consumers"))[QUEUE][0])

    async with stream.running():
        for replicas in (3, 2):
            await contor.run_compose("up", "-d", "--no-recreate", "--scale", f"monitoring={replicas}")

            async def is_scaled(replicas: int = replicas) -> bool:
                return await consumers() == replicas and len(await contor.containers("monitoring")) == replicas

            await until(is_scaled, seconds=90, what=f"{replicas} consumers of {QUEUE}")
            await contor.wait_until_healthy()

    async def all_stored() -> bool:
        return round(await energy(admin, device, begin, begin + 6 * HOUR) * 1000) == stream.confirmed

    await until(all_stored, seconds=30, what=f"{stream.confirmed} readings stored, each once")


async def test_logs_are_readable_and_contain_no_secret(contor: ComposeDeployment) -> None:
    result = await contor.try_compose("logs", "--no-color", "monitoring")
    lines = [line.split("|", 1)[1].strip() for line in result.output.splitlines() if "|" in line]
    assert lines
    assert "\x1b" not in result.output
    assert not [line for line in lines if line.startswith("{")]
    everything = (await contor.try_compose("logs", "--no-color")).output
    assert [name for name, value in contor.secrets.items() if len(value) > 8 and value in everything] == []


async def test_a_restart_of_all_containers_loses_nothing(
    contor: ComposeDeployment, users: UserFactory, admin: User
) -> None:
    owner = await users.create_client()
    device = await users.create_device(admin, owner, limit=0.5)
    begin = last_hour()
    reading = {"timestamp": begin.isoformat(), "device_id": device["id"], "measurement_value": 0.75}
    await asyncio.to_thread(send, await parameters(contor), reading)
    alerts = await until(lambda: owner.get_all("/monitoring/alerts"), seconds=30, what="the alert")

    async with asyncio.timeout(60):
        await contor.run_compose("stop", "monitoring")
    late = {"timestamp": (begin + HOUR / 2).isoformat(), "device_id": device["id"], "measurement_value": 0.125}
    await asyncio.to_thread(send, await parameters(contor), late)
    await contor.run_compose("down")
    assert not await contor.containers("postgres")
    await contor.start()

    assert (await owner.refresh()).status_code == 200
    assert await owner.get_all("/devices")

    async def all_stored() -> bool:
        return await energy(owner, device, begin, begin + HOUR) == 0.875

    await until(all_stored, seconds=30, what="the reading that waited in the queue")
    (alert,) = await owner.get_all("/monitoring/alerts")
    assert (alert["id"], alert["raised_at"]) == (alerts[0]["id"], alerts[0]["raised_at"])


async def test_a_backup_is_restored_to_empty_volumes(
    contor: ComposeDeployment, users: UserFactory, admin: User
) -> None:
    owner = await users.create_client()
    device = await users.create_device(admin, owner, limit=0.5)
    begin = last_hour()
    reading = {"timestamp": begin.isoformat(), "device_id": device["id"], "measurement_value": 0.75}
    await owner.send("POST", "/monitoring/readings", reading)
    alerts = await until(lambda: owner.get_all("/monitoring/alerts"), what="the alert")
    dump = ("exec", "-T", "postgres", "pg_dump", "-U", "postgres")
    dumps = {database: await contor.run_compose(*dump, database) for database in SERVICES_WITH_DATABASE}

    await contor.run_compose("down", "-v")
    await contor.run_compose("up", "-d", "databases")
    await until(contor.has_databases, seconds=60, what="empty databases")
    for database, dumped in dumps.items():
        restore = ("psql", "-U", "postgres", "-q", "-v", "ON_ERROR_STOP=1", "-d", database)
        await contor.run_compose("exec", "-T", "postgres", *restore, stdin=dumped)
    await contor.start()

    assert (await owner.refresh()).status_code == 200
    assert await owner.get_all("/monitoring/alerts") == alerts
    assert await energy(owner, device, begin, begin + HOUR) == 0.75
