"""SQL of corrections: the log, and the changes of stored readings. Changes need the meter to be locked."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contor.kernel.pagination import keyset_page
from contor.services.monitoring.models import CORRECTION_IN_FORCE, Correction
from contor.services.monitoring.repository.meters import LOCKS, PURGE

FIND = "SELECT * FROM corrections WHERE channel = $1 AND id = $2"
FIND_IN_FORCE = f"SELECT * FROM corrections WHERE channel = $1 AND at = $2 AND {CORRECTION_IN_FORCE}"  # noqa: S608
COUNT_IN_FORCE = f"SELECT count(*) FROM corrections WHERE channel = $1 AND {CORRECTION_IN_FORCE}"  # noqa: S608
END = f"""
UPDATE corrections SET undone_at = $4, undone_by = $5
WHERE channel = $1 AND at >= $2 AND at < $3 AND {CORRECTION_IN_FORCE}
"""  # noqa: S608
ADD = """
INSERT INTO corrections (channel, kind, at, until, previous, replacement, readings, reason, made_at, made_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING *
"""

VALUE = "SELECT value FROM readings WHERE channel = $1 AND at = $2"
STORE = """
INSERT INTO readings (channel, at, value) VALUES ($1, $2, $3)
ON CONFLICT (channel, at) DO UPDATE SET value = excluded.value
"""
DELETE = "DELETE FROM readings WHERE channel = $1 AND at = $2"
DELETE_RANGE = """
WITH deleted AS (DELETE FROM readings WHERE channel = $1 AND at >= $2 AND at < $3 RETURNING at)
SELECT count(*) AS count, min(at) AS first, max(at) AS last FROM deleted
"""
AFTER = "SELECT at FROM readings WHERE channel = $1 AND at >= $2 AND at < $3 ORDER BY at OFFSET $4 LIMIT 1"

# Batch writers compare the version of the meter's row, and read its corrections again when it is another.
MARK_CHANGED = "UPDATE meters SET name = name WHERE number = $1"

PURGE_OLD = """
DELETE FROM corrections WHERE id IN (
    SELECT id FROM corrections WHERE kind = 'replaced' AND id < $1 ORDER BY id LIMIT $2)
"""
# Of channels with rows since `$1`, those beyond the newest `$3`. What an administrator did is counted apart, so that
# replaced values never push it out.
_PURGE_EXCESS = """
DELETE FROM corrections WHERE id IN (
    SELECT excess.id FROM (SELECT DISTINCT channel FROM corrections WHERE id >= $1) AS recent
    CROSS JOIN LATERAL (
        SELECT id FROM corrections WHERE channel = recent.channel AND {condition} ORDER BY id DESC OFFSET $3) AS excess
    LIMIT $2)
"""
PURGE_EXCESS = (
    _PURGE_EXCESS.format(condition="kind = 'replaced'"),
    _PURGE_EXCESS.format(condition="kind <> 'replaced' AND (kind = 'deleted' OR undone_at IS NOT NULL)"),
)


class Deleted(NamedTuple):
    """How many readings, and the instants (epoch ms) of the first and the last; None if there were none."""

    readings: int
    first: int | None
    last: int | None


class CorrectionRepository:
    """The corrections and readings of one channel, on an asyncpg connection in its open transaction."""

    def __init__(self, connection: asyncpg.Connection, channel: int) -> None:
        self.connection = connection
        self.channel = channel

    async def find(self, correction_id: UUID) -> Any | None:
        return await self.connection.fetchrow(FIND, self.channel, correction_id)

    async def in_force_at(self, at: int) -> Any | None:
        return await self.connection.fetchrow(FIND_IN_FORCE, self.channel, at)

    async def count_in_force(self) -> int:
        return int(await self.connection.fetchval(COUNT_IN_FORCE, self.channel))

    async def add(
        self,
        kind: str,
        at: int,
        reason: str,
        moment: datetime,
        made_by: UUID,
        *,
        until: int | None = None,
        previous: int | None = None,
        replacement: int | None = None,
        readings: int | None = None,
    ) -> Any:
        arguments = (kind, at, until, previous, replacement, readings, reason, moment, made_by)
        return await self.connection.fetchrow(ADD, self.channel, *arguments)

    async def end(self, begin: int, end: int, moment: datetime, ended_by: UUID) -> int:
        """End the corrections in force of [begin, end); returns how many."""
        status = await self.connection.execute(END, self.channel, begin, end, moment, ended_by)
        return int(status.split()[-1])

    async def value(self, at: int) -> int | None:
        """The stored reading in µWh."""
        value: int | None = await self.connection.fetchval(VALUE, self.channel, at)
        return value

    async def set_value(self, at: int, value: int | None) -> None:
        """Store the reading, or delete it for None. The partition of its month must exist."""
        if value is None:
            await self.connection.execute(DELETE, self.channel, at)
        else:
            await self.connection.execute(STORE, self.channel, at, value)

    async def instant_after(self, begin: int, end: int, count: int) -> int | None:
        """The instant of the reading in [begin, end) that follows the first `count`."""
        instant: int | None = await self.connection.fetchval(AFTER, self.channel, begin, end, count)
        return instant

    async def delete_range(self, begin: int, end: int) -> Deleted:
        return Deleted(*await self.connection.fetchrow(DELETE_RANGE, self.channel, begin, end))

    async def mark_changed(self, meter: int) -> None:
        await self.connection.execute(MARK_CHANGED, meter)


async def page_of_corrections(
    session: AsyncSession, channel: int, first: int, *, cursor: str | None, limit: int
) -> tuple[list[Correction], str | None]:
    """Newest first; only those that concern an instant from `first` (epoch ms) on."""
    concerns = (Correction.at >= first) | (Correction.until > first)
    corrections = select(Correction).where(Correction.channel == channel, concerns)
    return await keyset_page(session, corrections, [Correction.id], cursor=cursor, limit=limit, descending=True)


async def lock_purge(connection: asyncpg.Connection) -> bool:
    """Whether no other replica purges, until the commit."""
    locked: bool = await connection.fetchval("SELECT pg_try_advisory_xact_lock($1, $2)", LOCKS, PURGE)
    return locked


async def purge_old(connection: asyncpg.Connection, before: UUID, limit: int) -> int:
    """Delete up to `limit` replaced values logged before this id; returns how many."""
    return int((await connection.execute(PURGE_OLD, before, limit)).split()[-1])


async def purge_excess(connection: asyncpg.Connection, since: UUID, limit: int, keep: int) -> int:
    """Delete up to `limit` rows of each sort beyond the newest `keep`, of channels with rows since this id."""
    statuses = [await connection.execute(statement, since, limit, keep) for statement in PURGE_EXCESS]
    return sum(int(status.split()[-1]) for status in statuses)
