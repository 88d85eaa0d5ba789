"""Monitoring by itself as it runs in production: a PostgreSQL, a RabbitMQ, and replicas that are processes."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import asyncpg
import httpx
import pika
import psutil

from contor.contracts.readings import SENSOR_DATA
from contor.kernel.database import create_if_missing, migrate
from contor.runtime.embedded.postgres import EmbeddedPostgres
from contor.runtime.embedded.rabbitmq import PrivateRabbit

METERS = """
INSERT INTO meters (device_id, name, kind, unit, time_zone, hourly_limit, version)
SELECT device_id, 'Meter', 'interval', 'kWh', 'Europe/Bucharest', 1000000000, 1 FROM unnest($1::uuid[]) AS device_id
"""


@dataclass
class Replica:
    """A `contor serve monitoring`."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def busy_seconds(self) -> float:
        """Processor time it has used."""
        times = psutil.Process(self.process.pid).cpu_times()
        return float(times.user + times.system)

    async def readings(self, http: httpx.AsyncClient) -> int:
        """How many it has settled, by its own metrics; 0 while it does not answer."""
        try:
            page = (await http.get(f"http://127.0.0.1:{self.port}/metrics")).text
        except httpx.TransportError:
            if self.process.poll() is not None:
                raise
            return 0
        lines = [line for line in page.splitlines() if line.startswith("contor_readings_total{")]
        return round(sum(float(line.rsplit(" ", 1)[1]) for line in lines))


@dataclass
class Topology:
    """What replicas stand on."""

    folder: Path
    postgres: EmbeddedPostgres
    rabbit: PrivateRabbit
    database: str

    @contextlib.asynccontextmanager
    async def replicas(self, count: int) -> AsyncIterator[list[Replica]]:
        """So many monitoring processes until the block ends."""
        started = [self._start() for _ in range(count)]
        try:
            yield started
        finally:
            for replica in started:
                replica.process.send_signal(signal.SIGINT)
            for replica in started:
                await asyncio.to_thread(replica.process.wait, 60)

    def _start(self) -> Replica:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        settings = {
            "CONTOR_DATA_DIR": str(self.folder / str(port)),
            "CONTOR_PORT": str(port),
            "CONTOR_DATABASE_URL": self.postgres.url,
            "CONTOR_AMQP_URL": self.rabbit.url,
            "CONTOR_PEERS": '{"auth": "http://127.0.0.1:9"}',  # nobody signs in here
            "CONTOR_LOG_LEVEL": "error",  # and that is no reason for a warning
        }
        command = [sys.executable, "-m", "contor", "serve", "monitoring"]
        return Replica(port, subprocess.Popen(command, env={**os.environ, **settings}, stdout=subprocess.DEVNULL))

    async def add_meters(self, count: int) -> list[str]:
        """Meters put where `device.changed` would have put them."""
        devices = [UUID(int=n, version=4) for n in range(1, count + 1)]
        connection = await asyncpg.connect(self.database)
        try:
            await connection.execute(f"{METERS} ON CONFLICT DO NOTHING", devices)
        finally:
            await connection.close()
        return [str(device) for device in devices]

    async def forget(self) -> None:
        """Empty storage, so that every figure begins with the same."""
        connection = await asyncpg.connect(self.database)
        try:
            await connection.execute("TRUNCATE readings, quarter_hours, hours, alerts, rejected_readings, meters")
        finally:
            await connection.close()

    def publish(self, bodies: Iterable[bytes]) -> None:
        """Put messages on `sensor_data` as any publisher would, persistent, and return when all of them wait there."""
        with self.channel() as channel:
            waiting = channel.queue_declare(SENSOR_DATA, durable=True).method.message_count
            properties = pika.BasicProperties(delivery_mode=2)
            for body in bodies:
                channel.basic_publish("", SENSOR_DATA, body, properties)
                waiting += 1
            while channel.queue_declare(SENSOR_DATA, passive=True).method.message_count < waiting:
                time.sleep(0.05)

    @contextlib.contextmanager
    def channel(self) -> Iterator["pika.adapters.blocking_connection.BlockingChannel"]:
        connection = pika.BlockingConnection(pika.URLParameters(self.rabbit.url))
        try:
            yield connection.channel()
        finally:
            connection.close()

    def resident_mb(self, pid: int | None) -> float:
        """Memory of a process and its children, MB; what children share is counted once (PSS)."""
        family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
        return float(sum(each.memory_full_info().pss for each in family)) / 1e6


@contextlib.asynccontextmanager
async def topology() -> AsyncIterator[Topology]:
    """A fresh one until the block ends."""
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o711)  # noqa: PTH101, S103  PostgreSQL runs as another user where we are root
        folder = Path(name)
        postgres, rabbit = EmbeddedPostgres(folder / "postgres"), PrivateRabbit(folder / "rabbitmq")
        async with postgres.running(), rabbit.running():
            database = await create_if_missing(postgres.url, "monitoring")
            await migrate(database, "contor.services.monitoring")
            yield Topology(folder, postgres, rabbit, database)
