"""SQL of the current values of meters, on an asyncpg connection."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import asyncpg

# The newest two readings of the channel `i` up to now, and the energy from `from_at` to the newest one: that of the
# last interval or, when it is shorter than a minute, of at least a minute. Only the latter needs more than two rows.
NEWEST = """
JOIN LATERAL (
    SELECT array_agg(at) AS at, (array_agg(value))[1] AS value
    FROM (SELECT at, value FROM readings WHERE channel = i.channel AND at <= i.now ORDER BY at DESC LIMIT 2) AS two
) AS newest ON true
CROSS JOIN LATERAL (SELECT newest.at[2] > newest.at[1] - 60000 AS short) AS step
LEFT JOIN LATERAL (
    SELECT at FROM readings WHERE step.short AND channel = i.channel AND at <= newest.at[1] - 60000
    ORDER BY at DESC LIMIT 1
) AS before ON true
LEFT JOIN LATERAL (
    SELECT sum(value) AS energy FROM readings
    WHERE step.short AND channel = i.channel AND at > before.at AND at <= newest.at[1]
) AS minute ON true
CROSS JOIN LATERAL (
    SELECT CASE WHEN step.short THEN before.at ELSE newest.at[2] END AS from_at,
        coalesce(minute.energy, newest.value)::float8 AS energy
) AS used
"""

# Every input is an array with one entry a meter: the fields of `Periods`. Sums are float8: they cannot overflow.
SUMMARIES = f"""
SELECT i.channel, newest.at[1] AS last_at, newest.value AS last_value, used.from_at, used.energy,
    first.slot AS first_slot, alert.raised_at AS over_limit_since, sums.*
FROM unnest($1::int[], $2::bigint[], $3::int[], $4::int[], $5::int[], $6::int[], $7::int[], $8::int[], $9::int[],
            $10::int[], $11::timestamptz[])
     AS i(channel, now, hour_first, hour_after, today, yesterday, yesterday_now, month, last_month, last_month_now,
          hour_start)
{NEWEST}
LEFT JOIN LATERAL (SELECT min(slot) AS slot FROM quarter_hours WHERE channel = i.channel) first ON true
LEFT JOIN LATERAL (
    SELECT sum(energy) FILTER (WHERE slot >= i.hour_first AND slot < i.hour_after)::float8 AS hour,
        sum(energy) FILTER (WHERE slot >= i.today)::float8 AS today,
        sum(energy) FILTER (WHERE slot >= i.yesterday AND slot < i.today)::float8 AS yesterday,
        sum(energy) FILTER (WHERE slot >= i.yesterday AND slot < i.yesterday_now)::float8 AS yesterday_same_time,
        sum(energy) FILTER (WHERE slot >= i.month)::float8 AS month,
        sum(energy) FILTER (WHERE slot < i.month)::float8 AS last_month,
        sum(energy) FILTER (WHERE slot < i.last_month_now)::float8 AS last_month_same_time
    FROM quarter_hours WHERE channel = i.channel AND slot >= i.last_month AND slot < i.hour_after
) sums ON true
LEFT JOIN channels c ON c.number = i.channel
LEFT JOIN alerts alert ON alert.meter = c.meter AND alert.hour_start = i.hour_start AND alert.state = 'active'
"""  # noqa: S608

# Every input is an array: the fields of `RunningHour`. Whole hours are read from `hours`, a quarter of the rows.
LIVE_VALUES = f"""
SELECT i.channel, m.owner_id, newest.at[1] AS last_at, newest.value AS last_value, used.from_at, used.energy,
    step.short, sums.hour, sums.today
FROM unnest($1::int[], $2::bigint[], $3::int[], $4::int[], $5::int[])
     AS i(channel, now, today, first, after)
JOIN channels AS c ON c.number = i.channel
JOIN meters AS m ON m.number = c.meter
{NEWEST}
CROSS JOIN LATERAL (
    SELECT coalesce(sum(energy), 0)::float8 AS today,
        coalesce(sum(energy) FILTER (WHERE slot >= i.first), 0)::float8 AS hour
    FROM (
        SELECT slot, energy FROM quarter_hours
        WHERE channel = i.channel AND slot >= greatest(i.today, i.first / 4 * 4) AND slot < i.after
        UNION ALL
        SELECT hour * 4, energy FROM hours
        WHERE channel = i.channel AND hour >= (i.today + 3) / 4 AND hour < i.first / 4
        UNION ALL
        SELECT slot, energy FROM quarter_hours
        WHERE i.today % 4 > 0 AND channel = i.channel
            AND slot >= i.today AND slot < least((i.today + 3) / 4, i.first / 4) * 4
    ) AS parts
) AS sums
WHERE newest.at IS NOT NULL
"""  # noqa: S608


class Periods(NamedTuple):
    """Slots at which the current periods of a meter begin; `*_after` and `*_now` are exclusive ends.

    `yesterday_now` and `last_month_now` are as far into their period as now is into today and this month.
    """

    channel: int
    now: int
    """Epoch ms."""
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
    """A meter's running local hour, slots [first, after), the first slot of its day, and now in epoch ms."""

    channel: int
    now: int
    today: int
    first: int
    after: int


async def fetch_live_values(connection: asyncpg.Connection, hours: Sequence[RunningHour]) -> list[Any]:
    """One row of `LIVE_VALUES` for each meter that has readings."""
    return list(await connection.fetch(LIVE_VALUES, *zip(*hours, strict=True)))
