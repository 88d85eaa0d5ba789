"""The outbox: a message is stored with the change it tells of, and published after the commit."""

import asyncio
import contextlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
from sqlalchemy import (
    Column,
    DateTime,
    Index,
    LargeBinary,
    MetaData,
    Table,
    Text,
    func,
)
from sqlalchemy.dialects.postgresql import UUID as UUIDColumn
from sqlalchemy.ext.asyncio import AsyncSession

from contor.kernel.bus import Bus
from contor.kernel.clock import now
from contor.kernel.database import DATABASE, TOLD, Database, raw
from contor.kernel.messaging.message import Envelope, Message
from contor.kernel.telemetry import OUTBOX_FAILURES, OUTBOX_OLDEST, OUTBOX_PUBLISHED, log

CHANNEL = "outbox"
EMIT = "INSERT INTO outbox (id, key, body) SELECT * FROM unnest($1::uuid[], $2::text[], $3::bytea[])"
BATCH = 200
WAITING = """
SELECT id, key, body, created_at FROM outbox WHERE published_at IS NULL ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED
"""
PUBLISHED = "UPDATE outbox SET published_at = now() WHERE id = ANY($1)"
# Marks that a crash of the server loses are made again: the messages are published once more, as they may be.
FORGETFUL = "SET synchronous_commit TO off"
SWEEP_SECONDS = 2.0

metadata = MetaData()
outbox = Table(
    "outbox",
    metadata,
    Column("id", UUIDColumn(as_uuid=True), primary_key=True),
    Column("key", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("published_at", DateTime(timezone=True)),
)
Index("outbox_waiting", outbox.c.id, postgresql_where=outbox.c.published_at.is_(None))


async def emit(session: AsyncSession, *messages: Message) -> None:
    """Store messages in the session's transaction; they are published if, and only if, it commits."""
    if not messages:
        return
    connection = await raw(session)
    if session.info[DATABASE].relays:
        # Transactions that NOTIFY commit one after the other, each with its own flush to the disk: under load
        # everybody waits there. A relay of this process needs no notice by way of the server.
        session.info[TOLD] = True
        await _store(connection, messages)
    else:
        await emit_on(connection, *messages)


async def emit_on(connection: asyncpg.Connection, *messages: Message) -> None:
    """The same in the open transaction of an asyncpg connection, whose commit nobody here sees."""
    if messages:
        await _store(connection, messages)
        await connection.execute(f"NOTIFY {CHANNEL}")


async def _store(connection: asyncpg.Connection, messages: Sequence[Message]) -> None:
    columns = zip(*((m.id, m.key, m.model_dump_json().encode()) for m in messages), strict=True)
    await connection.execute(EMIT, *map(list, columns))


class Relay:
    """Publishes one database's outbox: woken by commits of this process and by NOTIFY, and by a sweep for the rest.

    Any number of relays may run on one database: rows are taken with SKIP LOCKED. Each works on the connection on
    which it listens, so that nothing waits for its turn behind requests that want to say more.
    """

    def __init__(self, service: str, database: Database, bus: Bus) -> None:
        self._service = service
        self._database = database
        self._bus = bus
        self._wake = asyncio.Event()
        self._stopping = False
        self._oldest: datetime | None = None
        OUTBOX_OLDEST.labels(service).set_function(self._age)

    async def run(self) -> None:
        """Relay until `stop`; an unreachable database or bus is tried again."""
        self._database.relays.add(self._wake)
        try:
            while not self._stopping:
                try:
                    async with self._database.listening(CHANNEL, self._wake.set) as connection:
                        await connection.execute(FORGETFUL)
                        await self._relay_until_lost(connection)
                except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                    log.warning("relay_interrupted", service=self._service, error=str(error)[:200])
                    await asyncio.sleep(0.5)
        finally:
            self._database.relays.discard(self._wake)

    async def stop(self) -> None:
        self._stopping = True
        self._wake.set()

    async def _relay_until_lost(self, connection: asyncpg.Connection) -> None:
        while not self._stopping and not connection.is_closed():
            self._wake.clear()
            try:
                while await self.publish_batch(connection) == BATCH:
                    pass
            except Exception as error:
                log.warning("relay_failed", service=self._service, error=repr(error)[:300])
                await asyncio.sleep(0.2)
                continue
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), SWEEP_SECONDS)

    async def publish_batch(self, connection: asyncpg.Connection) -> int:
        """Publish the oldest waiting messages, mark them, and return how many were taken up."""
        async with connection.transaction():
            rows = await connection.fetch(WAITING, BATCH)
            self._oldest = _oldest(rows)
            if rows:
                published = await self._publish(rows)
                self._oldest = _oldest(row for row in rows if row["id"] not in published)
                await connection.execute(PUBLISHED, list(published))
        return len(rows)

    def _age(self) -> float:
        """Grows by itself: while the bus or the database is away, nothing else would."""
        return max(0.0, (now() - self._oldest).total_seconds()) if self._oldest else 0.0

    async def _publish(self, rows: Sequence[asyncpg.Record]) -> set[UUID]:
        envelopes = [Envelope(row["key"], row["id"], row["body"]) for row in rows]
        outcomes = await asyncio.gather(*(self._bus.publish(e) for e in envelopes), return_exceptions=True)
        published = {e.id for e, outcome in zip(envelopes, outcomes, strict=True) if outcome is None}
        OUTBOX_PUBLISHED.labels(self._service).inc(len(published))
        if failed := [o for o in outcomes if o is not None]:
            OUTBOX_FAILURES.labels(self._service).inc(len(failed))
            if not published:
                raise ConnectionError(f"the bus takes nothing: {failed[0]!r}")
        return published


async def publish_again(connection: asyncpg.Connection) -> None:
    """Have the relays publish everything once more that is still kept: inboxes drop what was handled."""
    await connection.execute("UPDATE outbox SET published_at = NULL")


def _oldest(rows: Iterable[asyncpg.Record]) -> datetime | None:
    return min((row["created_at"] for row in rows), default=None)
