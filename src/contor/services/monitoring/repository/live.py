"""SQL of live updates."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import asyncpg

LIVE_VALUES = """
SELECT i.meter, m.owner_id, newest.at[1] AS last_at, newest.value AS last_value, newest.at[2] AS before_at,
    coalesce(sums.hour, 0) AS hour, coalesce(sums.today, 0) AS today
FROM unnest($1::int[], $2::int[], $3::int[], $4::int[]) AS i(meter, today, first, after)
JOIN meters AS m ON m.number = i.meter
JOIN LATERAL (
    SELECT array_agg(at) AS at, (array_agg(value))[1] AS value
    FROM (SELECT at, value FROM readings WHERE meter = i.meter ORDER BY at DESC LIMIT 2) AS two
) AS newest ON newest.at IS NOT NULL
CROSS JOIN LATERAL (
    SELECT sum(energy) FILTER (WHERE slot >= i.first)::bigint AS hour, sum(energy)::bigint AS today
    FROM quarter_hours WHERE meter = i.meter AND slot >= i.today AND slot < i.after
) AS sums
"""


class RunningHour(NamedTuple):
    """A meter's running local hour, slots [first, after), and the first slot of its day."""

    meter: int
    today: int
    first: int
    after: int


class LiveRepository:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def live_values(self, hours: Sequence[RunningHour]) -> list[Any]:
        """The rows of `LIVE_VALUES`, one for each meter that has readings; energies in mWh."""
        return list(await self._connection.fetch(LIVE_VALUES, *zip(*hours, strict=True)))
