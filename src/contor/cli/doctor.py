"""What is wrong, in plain words: each check says what it found and, if that is bad, what to do."""

import shutil
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass

import asyncpg

from contor.cli.operations import idle_bus, reachable_server
from contor.kernel.bus import DEAD_LETTERS, QueueDepth
from contor.kernel.database import database_url
from contor.kernel.schema import is_behind, newest_revision, revision
from contor.kernel.service import Service
from contor.kernel.settings import Settings
from contor.runtime.composition import SERVICES, load

POSTGRES_NEEDED = 18
CLOCK_SECONDS = 2.0
OUTBOX_SECONDS = 60.0
QUEUE_LONG = 10_000
DISK_FREE = 1 << 30


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found; `advice` says what to do when it is not as it should be."""

    what: str
    advice: str | None = None

    @property
    def well(self) -> bool:
        return self.advice is None


async def examine(settings: Settings, names: Sequence[str] = SERVICES) -> AsyncIterator[Finding]:
    """Look at everything that the settings name, for these services; each finding as soon as it is made."""
    services = load(names)
    yield disk(settings)
    async with reachable_server(settings) as server_url:
        for service in (service for service in services if service.has_database):
            try:
                async for finding in database_findings(server_url, service):
                    yield finding
            except (OSError, asyncpg.PostgresError) as error:
                advice = "see that PostgreSQL runs, and that CONTOR_DATABASE_URL is right"
                yield Finding(f"{service.name}: its database does not answer: {error}", advice)
        async with idle_bus(settings, server_url, services) as (bus, _):
            try:
                depths = await bus.depths()
            except OSError as error:
                advice = "see that RabbitMQ runs, and that CONTOR_AMQP_URL is right"
                yield Finding(f"the broker does not answer: {error}", advice)
            else:
                for finding in queue_findings(depths):
                    yield finding


def disk(settings: Settings) -> Finding:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.data_dir).free
    what = f"{free / (1 << 30):.1f} GiB free in {settings.data_dir}"
    return Finding(what, None if free >= DISK_FREE else "make room: below 1 GiB databases and brokers stop writing")


async def database_findings(server_url: str, service: Service) -> AsyncIterator[Finding]:
    url = database_url(server_url, service.name)
    current, needed = await revision(url), newest_revision(service.package)
    if is_behind(current, service.package):
        what = f"{service.name}: its database is at revision {current or 'none'}, not at {needed}"
        yield Finding(what, f"run: contor migrate {service.name}")
        return
    connection = await asyncpg.connect(url, timeout=10)
    try:
        version = connection.get_server_version().major
        what = f"{service.name}: its database is at revision {current}, on PostgreSQL {version}"
        yield Finding(what, None if version >= POSTGRES_NEEDED else f"Contor needs PostgreSQL {POSTGRES_NEEDED}")
        yield await clock(connection, service.name)
        yield await outbox(connection, service.name)
    finally:
        await connection.close(timeout=5)


async def clock(connection: asyncpg.Connection, name: str) -> Finding:
    """How far the database's clock is from this machine's, as seen in the middle of a round trip."""
    before = time.time()
    theirs = float(await connection.fetchval("SELECT extract(epoch FROM clock_timestamp())"))
    skew = theirs - (before + time.time()) / 2
    what = f"{name}: the database's clock is {abs(skew):.2f} s {'ahead' if skew > 0 else 'behind'}"
    advice = "set the clocks of both machines by NTP: tokens and alerts depend on them"
    return Finding(what, None if abs(skew) <= CLOCK_SECONDS else advice)


async def outbox(connection: asyncpg.Connection, name: str) -> Finding:
    waiting, age = await connection.fetchrow(
        "SELECT count(*), coalesce(extract(epoch FROM now() - min(created_at)), 0) FROM outbox "
        "WHERE published_at IS NULL"
    )
    what = f"{name}: {waiting} messages wait in its outbox" + (f", the oldest for {age:.0f} s" if waiting else "")
    return Finding(what, None if age < OUTBOX_SECONDS else f"see that {name} runs and reaches the broker")


def queue_findings(depths: Mapping[str, QueueDepth]) -> Iterator[Finding]:
    """The broker's queues: those that nobody empties, those that grow, and the dead letters."""
    yield Finding(f"the broker answers, {len(depths)} queues")
    for name, depth in sorted(depths.items()):
        if name.startswith(DEAD_LETTERS):
            if depth.waiting:
                advice = "see why: contor dead-letters list; then: contor dead-letters replay"
                yield Finding(f"{name.removeprefix(DEAD_LETTERS)}: {depth.waiting} dead letters", advice)
        elif depth.waiting and not depth.consumers:
            yield Finding(f"queue {name}: {depth.waiting} messages and nobody who takes them", "start that service")
        elif depth.waiting > QUEUE_LONG:
            yield Finding(f"queue {name}: {depth.waiting} messages wait", "add replicas of that service")
