"""`contor doctor`: checks of disk, databases, broker and clocks, each with advice when it fails."""

import shutil
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

import asyncpg
import typer

from contor.cli.console import command, known, out
from contor.cli.operations import reachable_server
from contor.kernel.bus import DEAD_LETTERS, QueueDepth
from contor.kernel.database import database_url
from contor.kernel.schema import current_revision, is_behind, newest_revision
from contor.kernel.service import Service
from contor.kernel.settings import Settings
from contor.runtime.composition import SERVICES, connect, load

MIN_POSTGRES = 18
MAX_CLOCK_SKEW_SECONDS = 2.0
MAX_OUTBOX_AGE_SECONDS = 60.0
MAX_QUEUE_DEPTH = 10_000
MIN_FREE_BYTES = 1 << 30


@command
async def doctor(
    settings: Settings,
    services: Annotated[list[str] | None, typer.Argument(help="Services to check; default: all.")] = None,
) -> None:
    """Check disk, databases, broker and clocks; exit code 1 if anything is wrong."""
    names = known(services, SERVICES)
    failed = 0
    async for finding in examine(settings, names):
        failed += not finding.ok
        out.print("[green]✓[/]" if finding.ok else "[red]✗[/]", end=" ")
        out.print(finding.what, markup=False)
        if finding.advice is not None:
            out.print(f"  → {finding.advice}", markup=False)
    if failed:
        raise typer.Exit(1)


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of a check; `advice` is what to do, None when all is well."""

    what: str
    advice: str | None = None

    @property
    def ok(self) -> bool:
        return self.advice is None


async def examine(settings: Settings, names: Sequence[str] = SERVICES) -> AsyncIterator[Finding]:
    """Run all checks for these services; yields each finding as it is made."""
    services = load(names)
    yield disk(settings)
    async with reachable_server(settings) as server_url:
        for service in (service for service in services if service.has_database):
            try:
                async for finding in database_findings(server_url, service):
                    yield finding
            except (OSError, asyncpg.PostgresError) as error:
                advice = "check that PostgreSQL runs and that CONTOR_DATABASE_URL is right"
                yield Finding(f"{service.name}: the database does not answer: {error}", advice)
        async with connect(settings, services, server_url) as (bus, _):
            try:
                depths = await bus.depths()
            except OSError as error:
                advice = "check that RabbitMQ runs and that CONTOR_AMQP_URL is right"
                yield Finding(f"the broker does not answer: {error}", advice)
            else:
                for finding in queue_findings(depths):
                    yield finding


def disk(settings: Settings) -> Finding:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.data_dir).free
    what = f"{free / (1 << 30):.1f} GiB free in {settings.data_dir}"
    advice = "free disk space: below 1 GiB databases and brokers stop writing"
    return Finding(what, None if free >= MIN_FREE_BYTES else advice)


async def database_findings(server_url: str, service: Service) -> AsyncIterator[Finding]:
    url = database_url(server_url, service.name)
    current, needed = await current_revision(url), newest_revision(service.package)
    if is_behind(current, service.package):
        what = f"{service.name}: the database is at revision {current or 'none'}, not at {needed}"
        yield Finding(what, f"run: contor migrate {service.name}")
        return
    connection = await asyncpg.connect(url, timeout=10)
    try:
        version = connection.get_server_version().major
        what = f"{service.name}: the database is at revision {current}, on PostgreSQL {version}"
        yield Finding(what, None if version >= MIN_POSTGRES else f"Contor needs PostgreSQL {MIN_POSTGRES}")
        yield await clock(connection, service.name)
        yield await outbox(connection, service.name)
    finally:
        await connection.close(timeout=5)


async def clock(connection: asyncpg.Connection, name: str) -> Finding:
    """The difference between the database's clock and this machine's, taken in the middle of a round trip."""
    before = time.time()
    database_time = float(await connection.fetchval("SELECT extract(epoch FROM clock_timestamp())"))
    skew = database_time - (before + time.time()) / 2
    what = f"{name}: the database's clock is {abs(skew):.2f} s {'ahead' if skew > 0 else 'behind'}"
    advice = "synchronise both machines by NTP: tokens and alerts depend on their clocks"
    return Finding(what, None if abs(skew) <= MAX_CLOCK_SKEW_SECONDS else advice)


async def outbox(connection: asyncpg.Connection, name: str) -> Finding:
    waiting, age = await connection.fetchrow(
        "SELECT count(*), coalesce(extract(epoch FROM now() - min(created_at)), 0) FROM outbox "
        "WHERE published_at IS NULL"
    )
    what = f"{name}: {waiting} messages waiting in its outbox" + (f", the oldest for {age:.0f} s" if waiting else "")
    return Finding(what, None if age < MAX_OUTBOX_AGE_SECONDS else f"check that {name} runs and reaches the broker")


def queue_findings(depths: Mapping[str, QueueDepth]) -> Iterator[Finding]:
    """Queues without a consumer, long queues, and dead letters."""
    yield Finding(f"the broker answers, {len(depths)} queues")
    for name, depth in sorted(depths.items()):
        if name.startswith(DEAD_LETTERS):
            if depth.waiting:
                advice = "show the reasons: contor dead-letters list; then: contor dead-letters replay"
                yield Finding(f"{name.removeprefix(DEAD_LETTERS)}: {depth.waiting} dead letters", advice)
        elif depth.waiting and not depth.consumers:
            yield Finding(f"queue {name}: {depth.waiting} messages and no consumer", "start that service")
        elif depth.waiting > MAX_QUEUE_DEPTH:
            yield Finding(f"queue {name}: {depth.waiting} messages waiting", "add replicas of that service")
