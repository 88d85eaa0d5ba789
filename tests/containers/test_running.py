"""Days of an operator: readings by AMQP, more replicas, logs, down and up again."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pika

from tests.containers.engine import Containers
from tests.containers.meters import QUEUE, channel, parameters, send
from tests.system.deployment import STORING
from tests.system.people import Json, People, Person
from tests.system.sockets import live
from tests.waiting import until

HOUR = timedelta(hours=1)


def last_hour() -> datetime:
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - HOUR


async def energy(person: Person, device: Json, begin: datetime, end: datetime) -> float:
    span = {"from": begin.isoformat(), "to": end.isoformat(), "resolution": "hour"}
    found: float = (await person.get(f"/monitoring/devices/{device['id']}/consumption", **span))["total_kwh"]
    return found


async def test_readings_published_with_pika_become_an_hour_and_an_alert(
    contor: Containers, people: People, admin: Person
) -> None:
    owner = await people.client()
    device = await people.device(admin, owner, limit=0.5)
    begin = last_hour()
    readings = [
        {
            "timestamp": int((begin + timedelta(minutes=10 * n)).timestamp() * 1000),
            "device_id": device["id"],
            "measurement_value": 0.1,
        }
        for n in range(6)
    ]
    async with live(owner) as socket:
        await asyncio.to_thread(send, await parameters(contor), *readings)
        raised = (await socket.hears("alert.raised", seconds=30, device_id=device["id"]))["data"]
    assert (raised["energy_kwh"], raised["limit_kwh"]) == (0.6, 0.5)
    assert await energy(owner, device, begin, begin + HOUR) == 0.6


class Stream:
    """Readings of one device, 1 Wh each, published until it is ended; `confirmed` counts those the broker has."""

    def __init__(self, where: pika.ConnectionParameters, device: Json, begin: datetime) -> None:
        self.confirmed = 0
        self._where = where
        self._device = device
        self._begin = int(begin.timestamp() * 1000)
        self._ended = False

    def publish(self) -> None:
        with channel(self._where) as opened:
            opened.queue_declare(QUEUE, durable=True)
            while not self._ended:
                at = self._begin + self.confirmed
                body = f'{{"timestamp": {at}, "device_id": "{self._device["id"]}", "measurement_value": 0.001}}'
                opened.basic_publish("", QUEUE, body.encode(), mandatory=True)
                self.confirmed += 1
                time.sleep(0.002)  # some hundred a second: this is about replicas, not about speed

    @asynccontextmanager
    async def flowing(self) -> AsyncIterator[None]:
        publishing = asyncio.create_task(asyncio.to_thread(self.publish))
        try:
            await until(lambda: self.confirmed > 100 or publishing.done(), what="the first readings")
            yield
        finally:
            self._ended = True
            await publishing


async def test_monitoring_is_scaled_to_three_and_back_while_readings_flow(
    contor: Containers, people: People, admin: Person
) -> None:
    device = await people.device(admin, limit=1_000.0)
    begin = last_hour() - 24 * HOUR
    stream = Stream(await parameters(contor), device, begin)

    async def consumers() -> int:
        return int((await contor.queues("contor", "consumers"))[QUEUE][0])

    async with stream.flowing():
        for replicas in (3, 2):
            await contor.composed("up", "-d", "--no-recreate", "--scale", f"monitoring={replicas}")

            async def as_many(replicas: int = replicas) -> bool:
                return await consumers() == replicas and len(await contor.containers("monitoring")) == replicas

            await until(as_many, seconds=90, what=f"{replicas} consumers of {QUEUE}")
            await contor.healthy()

    async def whole() -> bool:
        return round(await energy(admin, device, begin, begin + 6 * HOUR) * 1000) == stream.confirmed

    await until(whole, seconds=30, what=f"{stream.confirmed} readings stored, each once")


async def test_logs_can_be_read_and_hold_no_secret(contor: Containers) -> None:
    ended = await contor.compose("logs", "--no-color", "monitoring")
    lines = [line.split("|", 1)[1].strip() for line in ended.said.splitlines() if "|" in line]
    assert lines
    assert "\x1b" not in ended.said
    assert not [line for line in lines if line.startswith("{")]
    everything = (await contor.compose("logs", "--no-color")).said
    assert [name for name, value in contor.secrets.items() if len(value) > 8 and value in everything] == []


async def test_down_and_up_again_loses_nothing(contor: Containers, people: People, admin: Person) -> None:
    owner = await people.client()
    device = await people.device(admin, owner, limit=0.5)
    begin = last_hour()
    reading = {"timestamp": begin.isoformat(), "device_id": device["id"], "measurement_value": 0.75}
    await asyncio.to_thread(send, await parameters(contor), reading)
    alerts = await until(lambda: owner.all("/monitoring/alerts"), seconds=30, what="the alert")

    async with asyncio.timeout(60):
        await contor.composed("stop", "monitoring")
    late = {"timestamp": (begin + HOUR / 2).isoformat(), "device_id": device["id"], "measurement_value": 0.125}
    await asyncio.to_thread(send, await parameters(contor), late)
    await contor.composed("down")
    assert not await contor.containers("postgres")
    await contor.start()

    assert (await owner.refresh()).status_code == 200
    assert await owner.all("/devices")

    async def whole() -> bool:
        return await energy(owner, device, begin, begin + HOUR) == 0.875

    await until(whole, seconds=30, what="the reading that waited in the queue")
    (alert,) = await owner.all("/monitoring/alerts")
    assert (alert["id"], alert["raised_at"]) == (alerts[0]["id"], alerts[0]["raised_at"])


async def test_what_was_backed_up_is_restored_on_empty_volumes(
    contor: Containers, people: People, admin: Person
) -> None:
    owner = await people.client()
    device = await people.device(admin, owner, limit=0.5)
    begin = last_hour()
    reading = {"timestamp": begin.isoformat(), "device_id": device["id"], "measurement_value": 0.75}
    await owner.send("POST", "/monitoring/readings", reading)
    alerts = await until(lambda: owner.all("/monitoring/alerts"), what="the alert")
    dump = ("exec", "-T", "postgres", "pg_dump", "-U", "postgres")
    dumps = {database: await contor.composed(*dump, database) for database in STORING}

    await contor.composed("down", "-v")
    await contor.composed("up", "-d", "databases")
    await until(contor.has_databases, seconds=60, what="empty databases")
    for database, dumped in dumps.items():
        restore = ("psql", "-U", "postgres", "-q", "-v", "ON_ERROR_STOP=1", "-d", database)
        await contor.composed("exec", "-T", "postgres", *restore, told=dumped)
    await contor.start()

    assert (await owner.refresh()).status_code == 200
    assert await owner.all("/monitoring/alerts") == alerts
    assert await energy(owner, device, begin, begin + HOUR) == 0.75
