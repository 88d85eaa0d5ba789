"""SQL of the current values of meters, on an asyncpg connection."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import asyncpg

# Every input is an array with one entry a meter: the fields of `Periods`.
SUMMARIES = """
SELECT i.meter, newest.at AS last_at, newest.value AS last_value, before.at AS before_at, first.slot AS first_slot,
    alert.raised_at AS over_limit_since, sums.*
FROM unnest($1::int[], $2::int[], $3::int[], $4::int[], $5::int[], $6::int[], $7::int[], $8::int[], $9::int[],
            $10::timestamptz[])
     AS i(meter, hour_first, hour_after, today, yesterday, yesterday_now, month, last_month, last_month_now, hour_start)
LEFT JOIN LATERAL (SELECT at, value FROM readings WHERE meter = i.meter ORDER BY at DESC LIMIT 1) newest ON true
LEFT JOIN LATERAL (SELECT at FROM readings WHERE meter = i.meter AND at < newest.at
                   ORDER BY at DESC LIMIT 1) before ON true
LEFT JOIN LATERAL (SELECT min(slot) AS slot FROM quarter_hours WHERE meter = i.meter) first ON true
LEFT JOIN LATERAL (
    SELECT sum(energy) FILTER (WHERE slot >= i.hour_first AND slot < i.hour_after)::bigint AS hour,
        sum(energy) FILTER (WHERE slot >= i.today)::bigint AS today,
        sum(energy) FILTER (WHERE slot >= i.yesterday AND slot < i.today)::bigint AS yesterday,
        sum(energy) FILTER (WHERE slot >= i.yesterday AND slot < i.yesterday_now)::bigint AS yesterday_same_time,
        sum(energy) FILTER (WHERE slot >= i.month)::bigint AS month,
        sum(energy) FILTER (WHERE slot < i.month)::bigint AS last_month,
        sum(energy) FILTER (WHERE slot < i.last_month_now)::bigint AS last_month_same_time
    FROM quarter_hours WHERE meter = i.meter AND slot >= i.last_month AND slot < i.hour_after
) sums ON true
LEFT JOIN alerts alert ON alert.meter = i.meter AND alert.hour_start = i.hour_start AND alert.state = 'active'
"""

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


class Periods(NamedTuple):
    """Slots at which the current periods of a meter begin; `*_after` and `*_now` are exclusive ends.

    `yesterday_now` and `last_month_now` are as far into their period as now is into today and this month.
    """

    meter: int
    hour_first: int
    hour_after: int
    today: int
    yesterday: int
    yesterday_now: int
    month: int
    last_month: int
    last_month_now: int
    hour_start: datetime


async def fetch_summaries(connection: asyncpg.Connection, periods: Sequence[Periods]) -> list[Any]:
    """One row of `SUMMARIES` a meter."""
    return list(await connection.fetch(SUMMARIES, *zip(*periods, strict=True)))


class RunningHour(NamedTuple):
    """A meter's running local hour, slots [first, after), and the first slot of its day."""

    meter: int
    today: int
    first: int
    after: int


async def fetch_live_values(connection: asyncpg.Connection, hours: Sequence[RunningHour]) -> list[Any]:
    """One row of `LIVE_VALUES` for each meter that has readings; energies in mWh."""
    return list(await connection.fetch(LIVE_VALUES, *zip(*hours, strict=True)))
