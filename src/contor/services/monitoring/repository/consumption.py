"""SQL of stored readings and load profiles; profiles on a bare asyncpg connection: a session costs a millisecond."""

import asyncpg
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contor.kernel.pagination import keyset_page
from contor.services.monitoring.models import Reading

# Energy of one meter summed between boundaries; bucket n is [boundaries[n-1], boundaries[n]).
# Two arrays in one row, because a year of hours as rows takes three times as long to receive.
BY_SLOT = """
SELECT array_agg(bucket), array_agg(energy) FROM (
    SELECT width_bucket(slot, $4::int[]) - 1 AS bucket, sum(energy)::float8 AS energy
    FROM quarter_hours WHERE channel = $1 AND slot >= $2 AND slot < $3 GROUP BY 1) AS sums
"""
BY_HOUR = """
SELECT array_agg(bucket), array_agg(energy) FROM (
    SELECT width_bucket(hour, $4::int[]) - 1 AS bucket, sum(energy)::float8 AS energy
    FROM hours WHERE channel = $1 AND hour >= $2 AND hour < $3 GROUP BY 1) AS sums
"""
EACH_HOUR = """
SELECT array_agg(hour - $2), array_agg(energy::float8) FROM hours WHERE channel = $1 AND hour >= $2 AND hour < $3
"""

FIRST_SLOT = "SELECT min(slot) FROM quarter_hours WHERE channel = $1 AND slot >= $2"


async def find_first_slot(connection: asyncpg.Connection, channel: int, earliest: int) -> int | None:
    """The first slot with a reading, from the slot `earliest` on."""
    first: int | None = await connection.fetchval(FIRST_SLOT, channel, earliest)
    return first


async def sum_energies(connection: asyncpg.Connection, channel: int, edges: list[int]) -> dict[int, float]:
    """Energy (µWh) by interval number; `edges` are the first slots of the intervals, and the end of the last.

    Intervals without a reading are not in it.
    """
    if any(edge % 4 for edge in edges):
        row = await connection.fetchrow(BY_SLOT, channel, edges[0], edges[-1], edges)
    elif edges[-1] - edges[0] == 4 * (len(edges) - 1):
        row = await connection.fetchrow(EACH_HOUR, channel, edges[0] // 4, edges[-1] // 4)
    else:
        hours = [edge // 4 for edge in edges]
        row = await connection.fetchrow(BY_HOUR, channel, hours[0], hours[-1], hours)
    intervals, energies = row
    return {} if intervals is None else dict(zip(intervals, energies, strict=True))


async def page_of_readings(
    session: AsyncSession, channel: int, begin_ms: int, end_ms: int, *, cursor: str | None, limit: int
) -> tuple[list[Reading], str | None]:
    """Readings of [begin, end), oldest first."""
    readings = select(Reading).where(Reading.channel == channel, Reading.at >= begin_ms, Reading.at < end_ms)
    return await keyset_page(session, readings, [Reading.at], cursor=cursor, limit=limit)
