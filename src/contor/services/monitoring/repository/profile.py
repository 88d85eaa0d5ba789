"""SQL of deriving quarter hours and hours from stored readings anew, on an asyncpg connection in its transaction."""

import asyncpg

from contor.services.monitoring.metering.intervals import Interval
from contor.services.monitoring.metering.terms import EVER, NEVER

# The quarter hours of a reading with `at`, `back` and `length`, and the bounds of its share in each: as
# `metering.intervals.spread`.
SHARES = """(SELECT at - back AS begin) AS reading
    CROSS JOIN LATERAL generate_series((begin / 900000)::int, ((begin + length - 1) / 900000)::int) AS slot
    CROSS JOIN LATERAL (SELECT greatest(slot * 900000::bigint, begin) - begin AS low,
                               least((slot + 1) * 900000::bigint, begin + length) - begin AS high) AS bounds"""

MAX_COVERED = 2**31 - 1
"""ms that are recorded as covered of a quarter hour: thousands of intervals may overlap in it."""


def share(value: str) -> str:
    """SQL of the energy that a value has in one of its `SHARES`."""
    return f"(div({value}::numeric * high, length) - div({value}::numeric * low, length))"


DELETE = (
    "DELETE FROM quarter_hours WHERE channel = $1 AND slot >= $2 AND slot < $3",
    "DELETE FROM hours WHERE channel = $1 AND hour >= $2 AND hour < $3",
)
QUARTER_HOURS = f"""
INSERT INTO quarter_hours (channel, slot, energy, readings, covered)
SELECT channel, slot, sum({share("value")}), count(*),
    CASE WHEN $5::bigint > 1 THEN least(sum(high - low), {MAX_COVERED}) ELSE 0 END
FROM (SELECT channel, at, value, $4::bigint AS back, $5::bigint AS length FROM readings
      WHERE channel = $1 AND at >= $6 AND at < $7) AS r
CROSS JOIN LATERAL {SHARES}
WHERE slot >= $2 AND slot < $3 GROUP BY 1, 2
"""  # noqa: S608
HOURS = """
INSERT INTO hours (channel, hour, energy, slots)
SELECT channel, slot / 4, sum(energy), count(*) FILTER (WHERE NOT $4 OR covered >= 900000)
FROM quarter_hours WHERE channel = $1 AND slot >= $2 AND slot < $3 GROUP BY 1, 2
"""


async def rebuild_profile(
    connection: asyncpg.Connection, channel: int, interval: Interval, first: int = EVER, after: int = NEVER
) -> None:
    """Derive the slots [first, after), extended to whole UTC hours, from the readings. The meter must be locked."""
    first, after = first // 4 * 4, -(-after // 4) * 4 if after < NEVER else NEVER
    begin, end = first * 900_000 + interval.back - interval.length, after * 900_000 + interval.back
    await connection.execute(DELETE[0], channel, first, after)
    await connection.execute(DELETE[1], channel, first // 4, -(-after // 4))
    await connection.execute(QUARTER_HOURS, channel, first, after, interval.back, interval.length, begin, end)
    await connection.execute(HOURS, channel, first, after, interval.stated)
