"""The monitoring service alone, in processes, with PostgreSQL and RabbitMQ."""

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
WITH created AS (
    INSERT INTO meters (device_id, name, time_zone, hourly_limit, max_power, version)
    SELECT device_id, 'Meter', 'Europe/Bucharest', 1000000000000, 100000000, 1 FROM unnest($1::uuid[]) AS device_id
    ON CONFLICT DO NOTHING RETURNING number
), history AS (
    INSERT INTO meter_history (meter, subject, since, value, version)
    SELECT number, subject, -2147483648, value, 1 FROM created,
        (VALUES ('owner', NULL), ('limit', '1000000000000'), ('time_zone', 'Europe/Bucharest')) AS h(subject, value)
)
INSERT INTO channels (meter, name, quantity, kind, unit, stamp)
SELECT number, 'import', 'import', 'interval', 'kWh', 'start' FROM created
"""


@dataclass
class Replica:
    """A process of `contor serve monitoring`."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def cpu_seconds(self) -> float:
        """CPU time used so far."""
        times = psutil.Process(self.process.pid).cpu_times()
        return float(times.user + times.system)

    async def readings(self, http: httpx.AsyncClient) -> int:
        """Number of processed readings in its metrics; 0 while it is starting."""
        try:
            page = (await http.get(f"http://127.0.0.1:{self.port}/metrics")).text
        except httpx.TransportError:
            if self.process.poll() is not None:
                raise
            return 0
        lines = [line for line in page.splitlines() if line.startswith("contor_readings_total{")]
        return round(sum(float(line.rsplit(" ", 1)[1]) for line in lines))


@dataclass
class MonitoringCluster:
    """PostgreSQL and RabbitMQ, and the replicas that use them."""

    folder: Path
    postgres: EmbeddedPostgres
    rabbit: PrivateRabbit
    database: str

    @contextlib.asynccontextmanager
    async def replicas(self, count: int) -> AsyncIterator[list[Replica]]:
        """Run `count` monitoring processes until the block ends."""
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
            "CONTOR_PEERS": '{"auth": "http://127.0.0.1:9"}',  # no request needs a token
            "CONTOR_LOG_LEVEL": "error",  # hides warnings about the missing auth service
        }
        command = [sys.executable, "-m", "contor", "serve", "monitoring"]
        return Replica(port, subprocess.Popen(command, env={**os.environ, **settings}, stdout=subprocess.DEVNULL))

    async def add_meters(self, count: int) -> list[str]:
        """Insert meters as if `device.changed` messages had created them; returns their device ids."""
        devices = [UUID(int=n, version=4) for n in range(1, count + 1)]
        connection = await asyncpg.connect(self.database)
        try:
            await connection.execute(METERS, devices)
        finally:
            await connection.close()
        return [str(device) for device in devices]

    async def truncate(self) -> None:
        """Empty all tables, so that every measurement starts alike."""
        connection = await asyncpg.connect(self.database)
        try:
            await connection.execute("TRUNCATE readings, quarter_hours, hours, rejected_readings, meters CASCADE")
        finally:
            await connection.close()

    def publish(self, bodies: Iterable[bytes]) -> None:
        """Publish persistent messages to `sensor_data`; return when all of them are in the queue."""
        with self.channel() as channel:
            expected = channel.queue_declare(SENSOR_DATA, durable=True).method.message_count
            properties = pika.BasicProperties(delivery_mode=2)
            for body in bodies:
                channel.basic_publish("", SENSOR_DATA, body, properties)
                expected += 1
            while channel.queue_declare(SENSOR_DATA, passive=True).method.message_count < expected:
                time.sleep(0.05)

    @contextlib.contextmanager
    def channel(self) -> Iterator["pika.adapters.blocking_connection.BlockingChannel"]:
        connection = pika.BlockingConnection(pika.URLParameters(self.rabbit.url))
        try:
            yield connection.channel()
        finally:
            connection.close()

    def resident_mb(self, pid: int | None) -> float:
        """Memory of a process and its children in MB, shared memory counted once (PSS)."""
        family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
        return float(sum(each.memory_full_info().pss for each in family)) / 1e6


@contextlib.asynccontextmanager
async def monitoring_cluster() -> AsyncIterator[MonitoringCluster]:
    """A new cluster until the block ends."""
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o711)  # noqa: PTH101, S103  PostgreSQL runs as another user where we are root
        folder = Path(name)
        postgres, rabbit = EmbeddedPostgres(folder / "postgres"), PrivateRabbit(folder / "rabbitmq")
        async with postgres.running(), rabbit.running():
            database = await create_if_missing(postgres.url, "monitoring")
            await migrate(database, "contor.services.monitoring")
            yield MonitoringCluster(folder, postgres, rabbit, database)
