"""Outbox and inbox: each effect exactly once, over delivery that may repeat, restart and fail."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import ClassVar
from uuid import UUID

import asyncpg
import pytest
from prometheus_client import REGISTRY
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

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


class Counted(Message):
    key: ClassVar[str] = "test.counted"

    n: int = 0


class Gathering:
    """A database with message tables and effects, a bus, and what reached its listeners."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.bus = MemoryBus(initial_backoff=0.001)
        self.heard: list[Counted] = []

        async def hear(message: Counted) -> None:
            self.heard.append(message)

        self.bus.subscribe_broadcast(Counted, hear)

    async def tell(self, *messages: Message) -> None:
        async with self.database.transaction() as session:
            await emit(session, *messages)

    async def waiting(self) -> int:
        async with self.database.transaction() as session:
            found = await session.execute(text("SELECT count(*) FROM outbox WHERE published_at IS NULL"))
            return int(found.scalar_one())

    async def effects(self) -> list[int]:
        async with self.database.transaction() as session:
            return list((await session.execute(text("SELECT n FROM effects ORDER BY n"))).scalars())

    @contextlib.asynccontextmanager
    async def relaying(self, count: int = 1) -> AsyncIterator[None]:
        """So many relays on the database; what is under way is finished at the end."""
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


async def prepared(url: str) -> Database:
    database = Database(url)
    async with database.transaction() as session:
        await (await session.connection()).run_sync(create_message_tables)
        await session.execute(text("CREATE TABLE effects (n int)"))
    return database


@pytest.fixture
async def gathering(databases: Databases, tmp_path: Path) -> AsyncIterator[Gathering]:
    database = await prepared(await create_if_missing(databases.server_url, f"outbox_{tmp_path.name[-40:].lower()}"))
    yield Gathering(database)
    await database.close()


async def test_a_message_is_published_when_its_transaction_commits(gathering: Gathering) -> None:
    async with gathering.relaying():
        message = Counted(n=1)
        async with gathering.database.transaction() as session:
            await emit(session, message)
            await session.execute(text("SELECT pg_sleep(0.05)"))
            assert gathering.heard == []
        await until(lambda: gathering.heard)
    assert gathering.heard == [message]
    assert await gathering.waiting() == 0


async def test_a_relay_hears_its_own_process_without_a_notice_and_any_other_by_one(
    gathering: Gathering, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL lets those who NOTIFY commit one at a time, so it is left to whoever has no relay; no sweep helps."""
    monkeypatch.setattr("contor.kernel.messaging.outbox.SWEEP_SECONDS", 3600.0)
    elsewhere, notices = Gathering(Database(gathering.database.url)), list[int]()
    async with gathering.relaying(), gathering.database.listen("outbox", lambda: notices.append(1)):
        await until(lambda: gathering.database.relays)
        for n in (1, 2):
            await gathering.tell(Counted(n=n))
            await until(_settled(gathering, n))
        await elsewhere.tell(Counted(n=3))
        await until(_settled(gathering, 3))
        await until(lambda: notices)
        assert notices == [1]
    await elsewhere.database.close()


async def test_a_message_of_a_transaction_that_failed_is_never_published(gathering: Gathering) -> None:
    async with gathering.relaying():
        with contextlib.suppress(RuntimeError):
            async with gathering.database.transaction() as session:
                await emit(session, Counted(n=1))
                raise RuntimeError
        await gathering.tell(Counted(n=2))
        await until(lambda: gathering.heard)
    assert [m.n for m in gathering.heard] == [2]


async def test_what_was_stored_before_the_relay_started_is_published(gathering: Gathering) -> None:
    await gathering.tell(*(Counted(n=n) for n in range(450)))  # more than two batches
    async with gathering.relaying():
        await until(lambda: len(gathering.heard) >= 450)
        assert await until(_emptied(gathering))
    assert sorted(m.n for m in gathering.heard) == list(range(450))


async def test_two_relays_on_one_database_publish_each_message_idempotent_handler(gathering: Gathering) -> None:
    async with gathering.relaying(2):
        await asyncio.gather(*(gathering.tell(*(Counted(n=m * 50 + n) for n in range(50))) for m in range(10)))
        await until(_emptied(gathering))
    assert sorted(m.n for m in gathering.heard) == list(range(500))


async def test_a_repeat_has_no_second_effect(gathering: Gathering) -> None:
    gathering.bus.subscribe("test", Counted, idempotent_handler(gathering.database, Consumer(Counted, when_counted)))
    await gathering.bus.start()
    envelope = Envelope.of(Counted(n=7))
    await asyncio.gather(gathering.bus.publish(envelope), gathering.bus.publish(envelope))
    await gathering.bus.publish(envelope)
    await gathering.bus.stop()
    assert await gathering.effects() == [7]


async def test_a_crash_between_publishing_and_marking_has_no_second_effect(gathering: Gathering) -> None:
    gathering.bus.subscribe("test", Counted, idempotent_handler(gathering.database, Consumer(Counted, when_counted)))
    message = Counted(n=1)
    await gathering.tell(message)
    await gathering.bus.start()
    await gathering.bus.publish(Envelope.of(message))  # and then the process died: the row is not marked
    async with gathering.relaying():
        await until(_emptied(gathering))
    assert [m.id for m in gathering.heard] == [message.id, message.id]
    assert await gathering.effects() == [1]


async def test_a_handler_that_fails_leaves_neither_effect_nor_inbox_row(gathering: Gathering) -> None:
    attempts: list[int] = []

    async def when_failing_once(message: Counted, session: AsyncSession) -> None:
        await when_counted(message, session)
        attempts.append(message.n)
        if len(attempts) == 1:
            raise RuntimeError("after the effect, before the commit")

    gathering.bus.subscribe(
        "test", Counted, idempotent_handler(gathering.database, Consumer(Counted, when_failing_once))
    )
    async with gathering.relaying():
        await gathering.tell(Counted(n=3))
        await until(_emptied(gathering))
    assert attempts == [3, 3]
    assert await gathering.effects() == [3]


async def test_what_the_bus_does_not_take_waits_and_is_published_later(gathering: Gathering) -> None:
    relay = Relay("waits", gathering.database, gathering.bus)
    await gathering.tell(Counted(n=1))
    async with gathering.database.listen("outbox", lambda: None) as connection:
        with pytest.raises(ConnectionError):
            await relay.publish_batch(connection)
    assert await gathering.waiting() == 1
    await until(lambda: _oldest_seconds("waits") > 0.02, what="the age growing by itself")
    running = asyncio.create_task(relay.run())
    await gathering.bus.start()
    await until(_emptied(gathering))
    assert _oldest_seconds("waits") == 0
    await relay.stop()
    await running
    assert [m.n for m in gathering.heard] == [1]


async def test_a_relay_whose_listening_connection_is_cut_goes_on(gathering: Gathering) -> None:
    async with gathering.relaying():
        await gathering.tell(Counted(n=1))
        await until(_settled(gathering, 1))
        for n in (2, 3):
            assert await _terminate(gathering.database.url) > 0
            await _insist(gathering, Counted(n=n))
            await until(_settled(gathering, n))
    assert [m.n for m in gathering.heard] == [1, 2, 3]


async def test_a_relay_outlives_a_restart_of_its_server(tmp_path_factory: pytest.TempPathFactory) -> None:
    server = EmbeddedPostgres(tmp_path_factory.mktemp("restarted"))
    async with contextlib.AsyncExitStack() as first:
        await first.enter_async_context(server.running())
        gathering = Gathering(await prepared(await create_if_missing(server.url, "restarted")))
        relaying = gathering.relaying()
        await relaying.__aenter__()
        await gathering.tell(Counted(n=1))
        await until(_settled(gathering, 1))
    with pytest.raises((OSError, asyncpg.PostgresError, asyncpg.InterfaceError)):
        await asyncpg.connect(gathering.database.url)
    async with server.running():
        await _insist(gathering, Counted(n=2))
        await until(_heard(gathering, 2))
        await relaying.__aexit__(None, None, None)
        await gathering.database.close()
    assert [m.n for m in gathering.heard] == [1, 2]


def _oldest_seconds(service: str) -> float:
    return REGISTRY.get_sample_value("contor_outbox_oldest_seconds", {"service": service}) or 0.0


def _emptied(gathering: Gathering) -> Callable[[], object]:
    async def empty() -> bool:
        return await gathering.waiting() == 0

    return empty


def _heard(gathering: Gathering, n: int) -> Callable[[], bool]:
    return lambda: any(message.n == n for message in gathering.heard)


def _settled(gathering: Gathering, n: int) -> Callable[[], object]:
    """Heard and marked as published: what is cut in between is rightly published again."""

    async def settled() -> bool:
        return _heard(gathering, n)() and await gathering.waiting() == 0

    return settled


async def _insist(gathering: Gathering, message: Message) -> None:
    """Store a message although connections of the pool were cut."""
    for _ in range(20):
        try:
            await gathering.tell(message)
        except Exception:  # noqa: S112
            continue
        else:
            return
    raise AssertionError("the database does not come back")


async def _terminate(url: str) -> int:
    """Cut every other connection to the database; returns how many."""
    connection = await asyncpg.connect(url)
    statement = (
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    cut = await connection.fetchval(statement)
    await connection.close()
    return int(cut)


def counted_ago(n: int, ago: timedelta) -> Counted:
    """A message whose id says that it came about then."""
    begun = int((now() - ago).timestamp() * 1000)
    return Counted(id=UUID(int=begun << 80 | 7 << 76 | 2 << 62 | n), n=n)


async def test_what_was_published_and_handled_long_ago_is_forgotten(gathering: Gathering) -> None:
    minute = timedelta(minutes=1)
    published = [counted_ago(1, PUBLISHED_RETENTION + minute), counted_ago(2, PUBLISHED_RETENTION - minute)]
    gathering.bus.subscribe("test", Counted, idempotent_handler(gathering.database, Consumer(Counted, when_counted)))
    async with gathering.relaying():
        handled = [counted_ago(3, HANDLED_RETENTION + minute), counted_ago(4, HANDLED_RETENTION - minute)]
        for message in handled:
            await gathering.bus.publish(Envelope.of(message))
        await gathering.tell(*published)
        await until(lambda: len(gathering.heard) == 4)
    waiting = counted_ago(5, PUBLISHED_RETENTION + minute)
    await gathering.tell(waiting)

    await purge_messages(gathering.database)

    async with gathering.database.transaction() as session:
        kept = set((await session.execute(text("SELECT id FROM outbox"))).scalars())
        known = set((await session.execute(text("SELECT message_id FROM inbox"))).scalars())
    assert kept == {published[1].id, waiting.id}
    assert known == {published[0].id, published[1].id, handled[1].id}
