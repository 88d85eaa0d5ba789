"""The outbox: a message is stored in the transaction of its change and published after the commit."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
from sqlalchemy import Column, DateTime, Index, LargeBinary, MetaData, Table, Text, func
from sqlalchemy.dialects.postgresql import UUID as UUIDColumn
from sqlalchemy.ext.asyncio import AsyncSession

from contor.kernel.bus import Bus
from contor.kernel.clock import now, wait_for_event
from contor.kernel.database import DATABASE, EMITTED, Database, raw
from contor.kernel.messaging.message import Envelope, Message
from contor.kernel.outage_log import OutageLog
from contor.kernel.retry import Retry
from contor.kernel.telemetry import OUTBOX_FAILURES, OUTBOX_OLDEST, OUTBOX_PUBLISHED

CHANNEL = "outbox"
INSERT = "INSERT INTO outbox (id, key, body) SELECT * FROM unnest($1::uuid[], $2::text[], $3::bytea[])"
BATCH = 200
LOCK_UNPUBLISHED = """
SELECT id, key, body, created_at FROM outbox WHERE published_at IS NULL ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED
"""
MARK_PUBLISHED = "UPDATE outbox SET published_at = now() WHERE id = ANY($1)"
# A crash of the server may lose the marks of the last commits: these messages are published again, which is allowed.
COMMIT_ASYNCHRONOUSLY = "SET synchronous_commit TO off"
SWEEP_SECONDS = 2.0
RETRY = Retry(initial_backoff=0.2, max_backoff=1.0)

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
        # PostgreSQL serialises the commits of transactions that NOTIFY, each with its own flush to disk. `Database`
        # wakes the relays of this process without it.
        session.info[EMITTED] = True
        await _insert(connection, messages)
    else:
        await emit_on_connection(connection, *messages)


async def emit_on_connection(connection: asyncpg.Connection, *messages: Message) -> None:
    """`emit` for the open transaction of an asyncpg connection; NOTIFY wakes the relays, as its commit cannot."""
    if messages:
        await _insert(connection, messages)
        await connection.execute(f"NOTIFY {CHANNEL}")


async def _insert(connection: asyncpg.Connection, messages: Sequence[Message]) -> None:
    columns = zip(*((m.id, m.key, m.model_dump_json().encode()) for m in messages), strict=True)
    await connection.execute(INSERT, *map(list, columns))


class Relay:
    """Publishes one database's outbox after commits of this process, after NOTIFY, and every `SWEEP_SECONDS`.

    Any number of relays may run on one database: rows are locked with SKIP LOCKED. A relay works on its own connection,
    the one on which it listens, and so does not wait for the pool behind requests.
    """

    def __init__(self, service: str, database: Database, bus: Bus) -> None:
        self._service = service
        self._database = database
        self._bus = bus
        self._wake = asyncio.Event()
        self._stopping = False
        self._delays = RETRY.delays()
        self._connection_outages = OutageLog("outbox_connection_restored", service=service)
        self._publish_outages = OutageLog("outbox_publish_restored", service=service)
        self._oldest: datetime | None = None
        OUTBOX_OLDEST.labels(service).set_function(self._age)

    async def run(self) -> None:
        """Publish until `stop`; retried while the database or the bus is unavailable."""
        self._database.relays.add(self._wake)
        try:
            while not self._stopping:
                try:
                    async with self._database.listen(CHANNEL, self._wake.set) as connection:
                        await connection.execute(COMMIT_ASYNCHRONOUSLY)
                        self._connection_outages.restored()
                        await self._publish_until_lost(connection)
                except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                    self._connection_outages.failed("outbox_connection_lost", error=str(error)[:200])
                    await asyncio.sleep(next(self._delays))
        finally:
            self._database.relays.discard(self._wake)

    async def stop(self) -> None:
        self._stopping = True
        self._wake.set()

    async def _publish_until_lost(self, connection: asyncpg.Connection) -> None:
        while not self._stopping and not connection.is_closed():
            self._wake.clear()
            try:
                while await self.publish_batch(connection) == BATCH:
                    pass
            except Exception as error:
                self._publish_outages.failed("outbox_publish_failed", error=repr(error)[:300])
                await asyncio.sleep(next(self._delays))
            else:
                self._delays = RETRY.delays()
                self._publish_outages.restored()
                await wait_for_event(self._wake, SWEEP_SECONDS)

    async def publish_batch(self, connection: asyncpg.Connection) -> int:
        """Publish and mark the oldest messages; returns how many were attempted."""
        async with connection.transaction():
            rows = await connection.fetch(LOCK_UNPUBLISHED, BATCH)
            self._oldest = _oldest(rows)
            if rows:
                published = await self._publish(rows)
                self._oldest = _oldest(row for row in rows if row["id"] not in published)
                await connection.execute(MARK_PUBLISHED, list(published))
        return len(rows)

    def _age(self) -> float:
        """Computed when the metric is read, so that it grows while the bus or the database is unavailable."""
        return max(0.0, (now() - self._oldest).total_seconds()) if self._oldest else 0.0

    async def _publish(self, rows: Sequence[asyncpg.Record]) -> set[UUID]:
        envelopes = [Envelope(row["key"], row["id"], row["body"]) for row in rows]
        outcomes = await asyncio.gather(*(self._bus.publish(e) for e in envelopes), return_exceptions=True)
        published = {e.id for e, outcome in zip(envelopes, outcomes, strict=True) if outcome is None}
        OUTBOX_PUBLISHED.labels(self._service).inc(len(published))
        if failed := [o for o in outcomes if o is not None]:
            OUTBOX_FAILURES.labels(self._service).inc(len(failed))
            if not published:
                raise ConnectionError(f"the bus accepts no messages: {failed[0]!r}")
        return published


async def republish_all(connection: asyncpg.Connection) -> None:
    """Have the relays publish every message that is still stored again: the inboxes discard duplicates."""
    await connection.execute("UPDATE outbox SET published_at = NULL")


def _oldest(rows: Iterable[asyncpg.Record]) -> datetime | None:
    return min((row["created_at"] for row in rows), default=None)
