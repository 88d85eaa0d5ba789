"""Outbox and inbox: each effect exactly once over at-least-once delivery."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest
from prometheus_client import REGISTRY
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from structlog.testing import capture_logs

from contor.kernel.bus.memory import MemoryBus
from contor.kernel.clock import now
from contor.kernel.database import Database, create_if_missing
from contor.kernel.messaging.inbox import create_message_tables, idempotent_handler
from contor.kernel.messaging.message import Envelope, Message
from contor.kernel.messaging.outbox import Relay, emit
from contor.kernel.messaging.retention import HANDLED_RETENTION, PUBLISHED_RETENTION, purge_messages
from contor.kernel.service import Consumer
from contor.runtime.embedded.postgres import EmbeddedPostgres
from tests.running import Databases
from tests.waiting import until


class Counted(Message, key="test.counted"):
    n: int = 0


class Harness:
    """A database with message tables and effects, a bus, and the messages it delivered."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.bus = MemoryBus(initial_backoff=0.001)
        self.received: list[Counted] = []

        async def collect(message: Counted) -> None:
            self.received.append(message)

        self.bus.subscribe_broadcast(Counted, collect)

    async def emit(self, *messages: Message) -> None:
        async with self.database.transaction() as session:
            await emit(session, *messages)

    async def unpublished(self) -> int:
        async with self.database.transaction() as session:
            found = await session.execute(text("SELECT count(*) FROM outbox WHERE published_at IS NULL"))
            return int(found.scalar_one())

    async def effects(self) -> list[int]:
        async with self.database.transaction() as session:
            return list((await session.execute(text("SELECT n FROM effects ORDER BY n"))).scalars())

    @contextlib.asynccontextmanager
    async def relays(self, count: int = 1) -> AsyncIterator[None]:
        """Run `count` relays; their current batches are finished at the end."""
        await self.bus.start()
        relays = [Relay("test", self.database, self.bus) for _ in range(count)]
        tasks = [asyncio.create_task(relay.run()) for relay in relays]
        try:
            yield
        finally:
            for relay in relays:
                await relay.stop()
            await asyncio.gather(*tasks)
            await self.bus.stop()


async def when_counted(message: Counted, session: AsyncSession) -> None:
    await session.execute(text("INSERT INTO effects VALUES (:n)"), {"n": message.n})


async def create_database(url: str) -> Database:
    database = Database(url)
    async with database.transaction() as session:
        await (await session.connection()).run_sync(create_message_tables)
        await session.execute(text("CREATE TABLE effects (n int)"))
    return database


@pytest.fixture
async def harness(databases: Databases, tmp_path: Path) -> AsyncIterator[Harness]:
    database = await create_database(
        await create_if_missing(databases.server_url, f"outbox_{tmp_path.name[-40:].lower()}")
    )
    yield Harness(database)
    await database.close()


async def test_a_message_is_published_when_its_transaction_commits(harness: Harness) -> None:
    async with harness.relays():
        message = Counted(n=1)
        async with harness.database.transaction() as session:
            await emit(session, message)
            await session.execute(text("SELECT pg_sleep(0.05)"))
            assert harness.received == []
        await until(lambda: harness.received)
    assert harness.received == [message]
    assert await harness.unpublished() == 0


async def test_a_relay_is_woken_by_its_process_without_notify_and_by_others_with_it(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL serialises commits that NOTIFY, so only processes without a relay do. The sweep is disabled here."""
    monkeypatch.setattr("contor.kernel.messaging.outbox.SWEEP_SECONDS", 3600.0)
    other_process, notifications = Harness(Database(harness.database.url)), list[int]()
    async with harness.relays(), harness.database.listen("outbox", lambda: notifications.append(1)):
        await until(lambda: harness.database.relays)
        for n in (1, 2):
            await harness.emit(Counted(n=n))
            await until(_published(harness, n))
        await other_process.emit(Counted(n=3))
        await until(_published(harness, 3))
        await until(lambda: notifications)
        assert notifications == [1]
    await other_process.database.close()


async def test_a_message_of_a_rolled_back_transaction_is_never_published(harness: Harness) -> None:
    async with harness.relays():
        with contextlib.suppress(RuntimeError):
            async with harness.database.transaction() as session:
                await emit(session, Counted(n=1))
                raise RuntimeError
        await harness.emit(Counted(n=2))
        await until(lambda: harness.received)
    assert [m.n for m in harness.received] == [2]


async def test_messages_stored_before_the_relay_started_are_published(harness: Harness) -> None:
    await harness.emit(*(Counted(n=n) for n in range(450)))  # more than two batches
    async with harness.relays():
        await until(lambda: len(harness.received) >= 450)
        assert await until(_all_published(harness))
    assert sorted(m.n for m in harness.received) == list(range(450))


async def test_two_relays_on_one_database_publish_each_message_idempotent_handler(harness: Harness) -> None:
    async with harness.relays(2):
        await asyncio.gather(*(harness.emit(*(Counted(n=m * 50 + n) for n in range(50))) for m in range(10)))
        await until(_all_published(harness))
    assert sorted(m.n for m in harness.received) == list(range(500))


async def test_a_duplicate_has_no_second_effect(harness: Harness) -> None:
    harness.bus.subscribe("test", Counted, idempotent_handler(harness.database, Consumer(Counted, when_counted)))
    await harness.bus.start()
    envelope = Envelope.of(Counted(n=7))
    await asyncio.gather(harness.bus.publish(envelope), harness.bus.publish(envelope))
    await harness.bus.publish(envelope)
    await harness.bus.stop()
    assert await harness.effects() == [7]


async def test_a_crash_between_publishing_and_marking_has_no_second_effect(harness: Harness) -> None:
    harness.bus.subscribe("test", Counted, idempotent_handler(harness.database, Consumer(Counted, when_counted)))
    message = Counted(n=1)
    await harness.emit(message)
    await harness.bus.start()
    await harness.bus.publish(Envelope.of(message))  # the process crashes here: the row is not marked
    async with harness.relays():
        await until(_all_published(harness))
    assert [m.id for m in harness.received] == [message.id, message.id]
    assert await harness.effects() == [1]


async def test_a_failed_handler_leaves_neither_effect_nor_inbox_row(harness: Harness) -> None:
    attempts: list[int] = []

    async def when_failing_once(message: Counted, session: AsyncSession) -> None:
        await when_counted(message, session)
        attempts.append(message.n)
        if len(attempts) == 1:
            raise RuntimeError("after the effect, before the commit")

    harness.bus.subscribe("test", Counted, idempotent_handler(harness.database, Consumer(Counted, when_failing_once)))
    async with harness.relays():
        await harness.emit(Counted(n=3))
        await until(_all_published(harness))
    assert attempts == [3, 3]
    assert await harness.effects() == [3]


async def test_messages_that_the_bus_rejects_are_published_later(harness: Harness) -> None:
    relay = Relay("waits", harness.database, harness.bus)
    await harness.emit(Counted(n=1))
    async with harness.database.listen("outbox", lambda: None) as connection:
        with pytest.raises(ConnectionError):
            await relay.publish_batch(connection)
    assert await harness.unpublished() == 1
    await until(lambda: _oldest_seconds("waits") > 0.02, what="the age to grow")
    running = asyncio.create_task(relay.run())
    await harness.bus.start()
    await until(_all_published(harness))
    assert _oldest_seconds("waits") == 0
    await relay.stop()
    await running
    assert [m.n for m in harness.received] == [1]


async def test_a_relay_reconnects_when_its_connection_is_terminated(harness: Harness) -> None:
    async with harness.relays():
        await harness.emit(Counted(n=1))
        await until(_published(harness, 1))
        for n in (2, 3):
            assert await _terminate(harness.database.url) > 0
            await _emit_with_retry(harness, Counted(n=n))
            await until(_published(harness, n))
    assert [m.n for m in harness.received] == [1, 2, 3]


async def test_a_relay_survives_a_restart_of_the_database_server(tmp_path_factory: pytest.TempPathFactory) -> None:
    server = EmbeddedPostgres(tmp_path_factory.mktemp("restarted"))
    async with contextlib.AsyncExitStack() as first:
        await first.enter_async_context(server.running())
        harness = Harness(await create_database(await create_if_missing(server.url, "restarted")))
        running = harness.relays()
        await running.__aenter__()
        await harness.emit(Counted(n=1))
        await until(_published(harness, 1))
    with pytest.raises((OSError, asyncpg.PostgresError, asyncpg.InterfaceError)):
        await asyncpg.connect(harness.database.url)
    async with server.running():
        await _emit_with_retry(harness, Counted(n=2))
        await until(_received(harness, 2))
        await running.__aexit__(None, None, None)
        await harness.database.close()
    assert [m.n for m in harness.received] == [1, 2]


def _oldest_seconds(service: str) -> float:
    return REGISTRY.get_sample_value("contor_outbox_oldest_seconds", {"service": service}) or 0.0


def _all_published(harness: Harness) -> Callable[[], object]:
    async def check() -> bool:
        return await harness.unpublished() == 0

    return check


def _received(harness: Harness, n: int) -> Callable[[], bool]:
    return lambda: any(message.n == n for message in harness.received)


def _published(harness: Harness, n: int) -> Callable[[], object]:
    """Received and marked: a message that is not marked yet is published again after a crash."""

    async def check() -> bool:
        return _received(harness, n)() and await harness.unpublished() == 0

    return check


async def _emit_with_retry(harness: Harness, message: Message) -> None:
    """Emit a message although connections of the pool were terminated."""
    for _ in range(20):
        try:
            await harness.emit(message)
        except Exception:  # noqa: S112
            continue
        else:
            return
    raise AssertionError("the database is not reachable again")


async def _terminate(url: str) -> int:
    """Terminate all other connections to the database; returns how many."""
    connection = await asyncpg.connect(url)
    statement = (
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    terminated = await connection.fetchval(statement)
    await connection.close()
    return int(terminated)


def counted_ago(n: int, ago: timedelta) -> Counted:
    """A message whose id has that time."""
    begun = int((now() - ago).timestamp() * 1000)
    return Counted(id=UUID(int=begun << 80 | 7 << 76 | 2 << 62 | n), n=n)


async def test_an_outage_of_the_bus_is_logged_once_and_its_end_once(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts: list[int] = []
    publish = harness.bus.publish

    async def refuse(_: Envelope) -> None:
        attempts.append(1)
        raise ConnectionError("no broker")

    with capture_logs() as logs:
        monkeypatch.setattr(harness.bus, "publish", refuse)
        async with harness.relays():
            await harness.emit(Counted(n=1))
            await until(lambda: len(attempts) >= 4, what="four attempts")
            monkeypatch.setattr(harness.bus, "publish", publish)
            await until(_published(harness, 1))
            await until(lambda: logs[-1]["event"] == "outbox_publish_restored")
    assert [line["event"] for line in logs] == ["outbox_publish_failed", "outbox_publish_restored"]


async def test_a_lost_database_connection_of_a_relay_is_logged_once_and_its_end_once(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts: list[int] = []
    connect = harness.database.connect

    async def refuse() -> asyncpg.Connection:
        attempts.append(1)
        raise ConnectionError("no database")

    with capture_logs() as logs:
        monkeypatch.setattr(harness.database, "connect", refuse)
        async with harness.relays():
            await until(lambda: len(attempts) >= 4, what="four attempts")
            monkeypatch.setattr(harness.database, "connect", connect)
            await until(lambda: logs[-1]["event"] == "outbox_connection_restored")
    assert [line["event"] for line in logs] == ["outbox_connection_lost", "outbox_connection_restored"]


async def test_rows_past_their_retention_are_purged(harness: Harness) -> None:
    minute = timedelta(minutes=1)
    published = [counted_ago(1, PUBLISHED_RETENTION + minute), counted_ago(2, PUBLISHED_RETENTION - minute)]
    harness.bus.subscribe("test", Counted, idempotent_handler(harness.database, Consumer(Counted, when_counted)))
    async with harness.relays():
        handled = [counted_ago(3, HANDLED_RETENTION + minute), counted_ago(4, HANDLED_RETENTION - minute)]
        for message in handled:
            await harness.bus.publish(Envelope.of(message))
        await harness.emit(*published)
        await until(lambda: len(harness.received) == 4)
    waiting = counted_ago(5, PUBLISHED_RETENTION + minute)
    await harness.emit(waiting)

    await purge_messages(harness.database)

    async with harness.database.transaction() as session:
        kept = set((await session.execute(text("SELECT id FROM outbox"))).scalars())
        known = set((await session.execute(text("SELECT message_id FROM inbox"))).scalars())
    assert kept == {published[1].id, waiting.id}
    assert known == {published[0].id, published[1].id, handled[1].id}
