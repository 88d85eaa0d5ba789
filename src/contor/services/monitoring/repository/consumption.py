"""SQL of stored readings and load profiles; profiles on a bare asyncpg connection: a session costs a millisecond."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import asyncpg
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contor.kernel.errors import NotFound
from contor.kernel.pagination import keyset_page
from contor.services.monitoring.metering.quality import SILENT_SLOTS
from contor.services.monitoring.metering.slots import QUARTER_MS
from contor.services.monitoring.models import CORRECTION_IN_FORCE, Reading
from contor.services.monitoring.repository.access import MeterView

EXACT = 2**53
"""From here on a double is not every whole number."""
FULL = f"(NOT $4 OR covered >= {QUARTER_MS})"
"""Whether a quarter hour is fully covered; $4: the channel states the interval of its readings."""

# What else a profile [$2, $3) needs, so that one statement answers most requests. $5: the running slot; $6 and $7: the
# instants of readings that may have a share in it; $8: the meter.
CONTEXT = f"""
(SELECT count(*) FROM quarter_hours WHERE channel = $1 AND slot >= greatest($2, $5) AND slot < $3 AND {FULL}),
(SELECT max(slot) FROM quarter_hours WHERE channel = $1 AND slot < $2),
(SELECT array_agg(at) FROM corrections WHERE channel = $1 AND at >= $6 AND at < $7 AND {CORRECTION_IN_FORCE}),
(SELECT array_agg(ARRAY[since, value::bigint] ORDER BY since) FROM meter_history WHERE meter = $8 AND subject = 'limit')
"""  # noqa: S608

# Energy and fully covered slots of one channel by interval. Arrays in one row, because a year of hours as rows takes
# three times as long to receive. Bucket n is [$9[n-1], $9[n]); slots from $10 on are read by the hour. Of single hours
# only those are named that do not have all four quarter hours.
BY_INTERVAL = f"""
SELECT array_agg(bucket), array_agg(energy), array_agg(bucket), array_agg(slots),
    max(largest)::float8, {CONTEXT}
FROM (
    SELECT width_bucket(slot, $9::int[]) - 1 AS bucket, sum(energy) AS energy, sum(slots)::int AS slots,
        max(energy) AS largest
    FROM (
        SELECT slot, energy::{{number}}, {FULL}::int AS slots FROM quarter_hours
        WHERE channel = $1 AND slot >= $2 AND slot < $10
        UNION ALL
        SELECT hour * 4, {{hourly}}, slots FROM hours WHERE channel = $1 AND hour >= $10 / 4 AND hour < $3 / 4
    ) AS parts GROUP BY 1
) AS sums
"""  # noqa: S608
EACH_HOUR = f"""
SELECT array_agg(hour - $2 / 4), array_agg({{hourly}}), array_agg(hour - $2 / 4) FILTER (WHERE slots <> 4),
    array_agg(slots) FILTER (WHERE slots <> 4), NULL, {CONTEXT}
FROM hours WHERE channel = $1 AND hour >= $2 / 4 AND hour < $3 / 4
"""  # noqa: S608

SUSPICIOUS = "SELECT slot FROM quarter_hours WHERE channel = $1 AND slot >= $2 AND slot < $3 AND energy > $4"
AFTER_SILENCE = f"""
SELECT slot FROM unnest($2::int[], $3::int[]) AS range(first, after)
CROSS JOIN LATERAL (
    SELECT max(slot) AS previous FROM quarter_hours WHERE channel = $1 AND slot < range.first OFFSET 0
) AS before
CROSS JOIN LATERAL (
    SELECT slot, slot - coalesce(lag(slot) OVER (ORDER BY slot), before.previous) > {SILENT_SLOTS} AS after_silence
    FROM quarter_hours WHERE channel = $1 AND slot >= range.first AND slot < range.after
) AS slots WHERE after_silence
"""  # noqa: S608

FIRST_SLOT = "SELECT min(slot) FROM quarter_hours WHERE channel = $1 AND slot >= $2"


class Sums(NamedTuple):
    """What is stored of the intervals of a profile; None for one without a reading."""

    energies: Sequence[float | Decimal | None]
    """µWh, exact."""
    total: float | Decimal
    slots: Sequence[int | None]
    """Fully covered quarter hours; without a stated interval, those with a reading."""
    largest: float | Decimal
    """The largest energy of the hours and quarter hours that it was read from."""
    running_slots: int
    """How many of `slots` are not over."""
    previous: int | None
    """The last slot with a reading before the profile."""
    corrected: Sequence[int]
    """Instants of corrections in force, epoch ms."""
    limits: Sequence[tuple[int, int | None]]
    """(first slot, µWh an hour), ascending: each holds until the next one."""


async def find_first_slot(connection: asyncpg.Connection, channel: int, earliest: int) -> int | None:
    """The first slot with a reading, from the slot `earliest` on."""
    first: int | None = await connection.fetchval(FIRST_SLOT, channel, earliest)
    return first


async def fetch_sums(connection: asyncpg.Connection, meter: MeterView, edges: list[int], running: int) -> Sums:
    """`edges` are the first slots of the intervals, and the end of the last; `running` is the slot that is not over.

    Raises `NotFound` when the meter has been deleted since it was read.
    """
    first, after, interval = edges[0], edges[-1], meter.interval
    begin, end = first * QUARTER_MS + interval.back - interval.length, after * QUARTER_MS + interval.back
    arguments: list[Any] = [meter.channel, first, after, interval.stated, running, begin + 1, end, meter.meter]
    statement = EACH_HOUR
    if first % 4 or after - first != 4 * (len(edges) - 1):
        statement = BY_INTERVAL
        arguments += [edges, _aligned_from(edges)]
    count = len(edges) - 1
    sums = _sums(
        count, await connection.fetchrow(statement.format(number="float8", hourly="energy_double"), *arguments)
    )
    if sums.total < EXACT:
        return sums
    return _sums(count, await connection.fetchrow(statement.format(number="numeric", hourly="energy"), *arguments))


def _sums(count: int, row: Any) -> Sums:
    numbers, stored, numbers_of_slots, slots_of, largest, running_slots, previous, corrected, limits = row
    if limits is None:
        raise NotFound
    energies: list[float | Decimal | None] = stored or []
    if numbers is None or numbers != list(range(count)):
        energies = list(map(dict(zip(numbers or (), energies, strict=True)).get, range(count)))
    slots: list[int | None] = [4] * count if None not in energies else [None if e is None else 4 for e in energies]
    for number, covered in zip(numbers_of_slots or (), slots_of or (), strict=True):
        slots[number] = covered
    return Sums(
        energies=energies,
        total=sum(stored or ()),
        slots=slots,
        largest=max(stored or (0,)) if largest is None else largest,
        running_slots=running_slots,
        previous=previous,
        corrected=corrected or (),
        limits=[(since, limit) for since, limit in limits],
    )


def _aligned_from(edges: list[int]) -> int:
    """The slot from which on every edge is that of a UTC hour; the end where there is none."""
    if any(edge % 4 for edge in edges[1:]):
        return edges[-1]
    return -(-edges[0] // 4) * 4


async def find_suspicious(connection: asyncpg.Connection, channel: int, first: int, after: int, most: int) -> list[int]:
    """The slots of [first, after) with more energy than `most` (µWh)."""
    return [row[0] for row in await connection.fetch(SUSPICIOUS, channel, first, after, most)]


async def find_after_silence(
    connection: asyncpg.Connection, channel: int, ranges: Sequence[tuple[int, int]]
) -> list[int]:
    """The slots in these ranges with the first data after `SILENT_SLOTS` or more without any."""
    firsts, afters = zip(*ranges, strict=True)
    return [row[0] for row in await connection.fetch(AFTER_SILENCE, channel, firsts, afters)]


async def page_of_readings(
    session: AsyncSession, channel: int, begin_ms: int, end_ms: int, *, cursor: str | None, limit: int
) -> tuple[list[Reading], str | None]:
    """Readings of [begin, end), oldest first."""
    readings = select(Reading).where(Reading.channel == channel, Reading.at >= begin_ms, Reading.at < end_ms)
    return await keyset_page(session, readings, [Reading.at], cursor=cursor, limit=limit)
