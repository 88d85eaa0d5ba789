"""SQL of finding quarter hours and readings that may be wrong. Bounded: by hours, and by the readings of few hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg

from contor.kernel.errors import InvalidCursor
from contor.kernel.pagination import decode_cursor, encode_cursor
from contor.services.monitoring.metering.intervals import Interval
from contor.services.monitoring.metering.slots import QUARTER_MS
from contor.services.monitoring.metering.terms import EVER, NEVER

LARGEST = 10
"""Readings."""
CANDIDATE_HOURS = 20
"""Hours with the most energy, whose readings are compared."""
MAX_COMPARED = 1_000
"""Readings of a quarter hour among which the largest is looked for."""
OFTEN = 10
"""How many times larger than usual is suspicious."""
MIN_COMPARED = 28
"""Quarter hours at an hour of day, as of a week: with fewer nothing is out of pattern."""
TOP = 11
"""Ranks that can matter: up to three quarter hours of 60 days are above a 99th percentile, and a day has up to eight
at one hour, where the clock repeats it."""

# No quarter hour is above the bound if its hour is not: a quarter of the rows. By hour, so that a page reads no more
# than it shows of a meter whose quarter hours are all implausible.
IMPLAUSIBLE = """
    (SELECT q.slot AS first, q.slot + 1 AS after, 1 AS rank FROM hours AS h
    CROSS JOIN LATERAL (
        SELECT slot FROM quarter_hours WHERE channel = $1 AND slot >= h.hour * 4 AND slot < h.hour * 4 + 4
            AND slot >= $2 AND slot < $9 AND energy > $3 ORDER BY slot DESC LIMIT 4) AS q
    WHERE h.channel = $1 AND h.hour >= $2 / 4 AND h.hour <= $9 / 4 AND h.energy > $3
    ORDER BY h.hour DESC, q.slot DESC LIMIT $10)
"""
# A quarter hour against the 99th percentile of the same hour of day on the other days: a whole wrong day does not hide
# itself. What exceeds that is among the largest at its hour, and so is that percentile: only these are compared.
OUT_OF_PATTERN = f"""
    SELECT t.slot, t.slot + 1, 2 FROM top AS t
    JOIN (SELECT hour, min(energy) AS energy FROM top GROUP BY hour) AS least
        ON least.hour = t.hour AND t.energy > {OFTEN} * least.energy
    CROSS JOIN LATERAL (
        SELECT energy FROM top AS o WHERE o.hour = t.hour AND o.day <> t.day
        ORDER BY energy DESC OFFSET t.compared / 100 LIMIT 1) AS usual
    WHERE t.compared >= {MIN_COMPARED} AND usual.energy > 0 AND t.energy > {OFTEN} * usual.energy
"""  # noqa: S608
TOP_BY_HOUR = f"""
    SELECT * FROM (
        SELECT slot, energy, day, hour, count(*) OVER at_hour AS compared,
            row_number() OVER (at_hour ORDER BY energy DESC) AS place
        FROM quarter_hours
        CROSS JOIN LATERAL (SELECT to_timestamp(slot * 900.0) AT TIME ZONE $4 AS local) AS times
        CROSS JOIN LATERAL (SELECT local::date AS day, extract(hour FROM local) AS hour) AS parts
        WHERE channel = $1 AND slot >= $5 WINDOW at_hour AS (PARTITION BY hour)
    ) AS placed WHERE place <= {TOP}
"""  # noqa: S608
LARGEST_READINGS = f"""
    SELECT ((at - $7) / {QUARTER_MS})::int, ((at - $7 + $8 - 1) / {QUARTER_MS})::int + 1, 3
    FROM (SELECT at, value FROM compared WHERE value > {OFTEN} * (SELECT value FROM typical)
          ORDER BY value DESC LIMIT {LARGEST}) AS largest
"""  # noqa: S608

# The readings among which the largest are looked for, and the typical one. With an interval of a quarter hour or more
# there are at most as many as quarter hours. Otherwise a quarter hour has many: those of the hours with the most energy
# contain each reading that is larger than all energy of one of the other hours.
ALL_READINGS = f"""
compared AS (
    SELECT at, value FROM readings
    WHERE channel = $1 AND at >= $6 * {QUARTER_MS}::bigint + $7
), typical AS (
    SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY value) AS value FROM compared WHERE value > 0
)"""  # noqa: S608
READINGS_OF_HOURS = f"""
compared AS (
    SELECT DISTINCT r.at, r.value FROM (
        SELECT hour FROM hours WHERE channel = $1 AND hour >= $6 / 4
        ORDER BY energy DESC LIMIT {CANDIDATE_HOURS}
    ) AS h JOIN readings AS r ON r.channel = $1
        AND r.at > h.hour * {4 * QUARTER_MS}::bigint + $7 - $8
        AND r.at < (h.hour + 1) * {4 * QUARTER_MS}::bigint + $7
    WHERE r.at >= $6 * {QUARTER_MS}::bigint + $7
), typical AS (
    SELECT percentile_disc(0.5) WITHIN GROUP (
        ORDER BY CASE WHEN covered > 0 THEN energy::float8 / covered * $8 ELSE energy::float8 / readings END
    ) AS value
    FROM quarter_hours WHERE channel = $1 AND slot >= $6 AND energy > 0
)"""  # noqa: S608

_FOUND = f"""
WITH top AS MATERIALIZED ({TOP_BY_HOUR}), {{readings}}, found AS (
    {IMPLAUSIBLE} UNION ALL {OUT_OF_PATTERN} UNION ALL {LARGEST_READINGS}
)
SELECT first, max(after) AS after, min(rank) AS rank FROM found WHERE first < $9
GROUP BY first ORDER BY first DESC LIMIT $10
"""  # noqa: S608
FOUND, FOUND_IN_MANY = _FOUND.format(readings=ALL_READINGS), _FOUND.format(readings=READINGS_OF_HOURS)
REASONS = {1: "implausible", 2: "out_of_pattern", 3: "largest"}

# Of each interval its energy, and its largest reading: one of which a part lies in it, or that `fills` it. The user may
# not read readings before $6.
DETAILS = f"""
SELECT i.n, s.energy, r.at, r.value
FROM unnest($2::int[], $3::int[], $7::bool[]) WITH ORDINALITY AS i(first, after, fills, n)
CROSS JOIN LATERAL (
    SELECT sum(energy) AS energy, sum(readings) AS readings FROM quarter_hours
    WHERE channel = $1 AND slot >= i.first AND slot < i.after) AS s
LEFT JOIN LATERAL (
    SELECT at, value FROM readings
    WHERE channel = $1 AND at >= $6 AND s.readings <= {MAX_COMPARED}
        AND at > i.first * {QUARTER_MS}::bigint + $4::bigint - CASE WHEN i.fills THEN 1 ELSE $5::bigint END
        AND at < i.after * {QUARTER_MS}::bigint + $4::bigint - CASE WHEN i.fills THEN $5::bigint - 1 ELSE 0 END
    ORDER BY value DESC, at LIMIT 1) AS r ON true
ORDER BY i.n
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Search:
    """Slots and energies (µWh) between which to look."""

    channel: int
    zone: str
    interval: Interval
    earliest: int
    """First readable slot."""
    readable_from: int
    """First readable timestamp, epoch ms."""
    year_from: int
    pattern_from: int
    bound: int
    """More in a quarter hour is implausible."""


async def page_of_suspicious(
    connection: asyncpg.Connection, search: Search, *, cursor: str | None, limit: int
) -> tuple[list[Any], str | None]:
    """Intervals (first slot, slot after, rank of the reason), the newest first."""
    before = NEVER if cursor is None else decode_cursor(cursor, [int])[0]
    if not EVER <= before <= NEVER:
        raise InvalidCursor
    statement = FOUND if search.interval.length >= QUARTER_MS else FOUND_IN_MANY
    bounds = (search.earliest, search.bound, search.zone, search.pattern_from, search.year_from)
    rows = await connection.fetch(statement, search.channel, *bounds, *search.interval, before, limit + 1)
    return rows[:limit], encode_cursor([rows[limit - 1]["first"]]) if len(rows) > limit else None


async def fetch_details(connection: asyncpg.Connection, search: Search, intervals: Sequence[Any]) -> list[Any]:
    """(energy, at, value) of each of these intervals of `page_of_suspicious`, in their order."""
    firsts, afters = [interval["first"] for interval in intervals], [interval["after"] for interval in intervals]
    fills = [REASONS[interval["rank"]] == "largest" for interval in intervals]
    bounds = (*search.interval, search.readable_from)
    return list(await connection.fetch(DETAILS, search.channel, firsts, afters, *bounds, fills))
