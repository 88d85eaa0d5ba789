"""SQL of the current values of meters, on an asyncpg connection."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import asyncpg

from contor.services.monitoring.metering.terms import EVER

# The newest two readings of the channel `i` up to now that `reader` may see, and the energy from `from_at` to the
# newest one: that of the last interval or, when it is shorter than a minute, of at least a minute. Only the latter
# needs more than two rows. Without the limit of the reader inside: with it the planner sorts all readings instead of
# walking the index back.
NEWEST = """
JOIN LATERAL (
    SELECT array_agg(at) AS at, (array_agg(value))[1] AS value
    FROM (SELECT at, value FROM readings WHERE channel = i.channel AND at <= i.now ORDER BY at DESC LIMIT 2) AS two
    WHERE at >= reader.readable_from
) AS newest ON true
CROSS JOIN LATERAL (SELECT newest.at[2] > newest.at[1] - 60000 AS short) AS step
LEFT JOIN LATERAL (
    SELECT at FROM (
        SELECT at FROM readings WHERE step.short AND channel = i.channel AND at <= newest.at[1] - 60000
        ORDER BY at DESC LIMIT 1
    ) AS one
    WHERE at >= reader.readable_from
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

NOW = "to_timestamp(i.now / 1000.0)"

# Every input is an array with one entry a meter: the fields of `Periods`. Sums are float8: they cannot overflow.
SUMMARIES = f"""
SELECT i.channel, newest.at[1] AS last_at, newest.value AS last_value, used.from_at, used.energy,
    first.slot AS first_slot, alert.raised_at AS over_limit_since, sums.*
FROM unnest($1::int[], $2::bigint[], $3::int[], $4::int[], $5::int[], $6::int[], $7::int[], $8::int[], $9::int[],
            $10::int[], $11::timestamptz[], $12::int[], $13::bigint[])
     AS i(channel, now, hour_first, hour_after, today, yesterday, yesterday_now, month, last_month, last_month_now,
          hour_start, visible_from, readable_from)
CROSS JOIN LATERAL (SELECT i.visible_from, i.readable_from) AS reader
{NEWEST}
LEFT JOIN LATERAL (
    SELECT min(slot) AS slot FROM quarter_hours WHERE channel = i.channel AND slot >= reader.visible_from
) first ON true
LEFT JOIN LATERAL (
    SELECT sum(energy) FILTER (WHERE slot >= i.hour_first AND slot < i.hour_after)::float8 AS hour,
        sum(energy) FILTER (WHERE slot >= i.today)::float8 AS today,
        sum(energy) FILTER (WHERE slot >= i.yesterday AND slot < i.today)::float8 AS yesterday,
        sum(energy) FILTER (WHERE slot >= i.yesterday AND slot < i.yesterday_now)::float8 AS yesterday_same_time,
        sum(energy) FILTER (WHERE slot >= i.month)::float8 AS month,
        sum(energy) FILTER (WHERE slot < i.month)::float8 AS last_month,
        sum(energy) FILTER (WHERE slot < i.last_month_now)::float8 AS last_month_same_time
    FROM quarter_hours
    WHERE channel = i.channel AND slot >= greatest(i.last_month, reader.visible_from) AND slot < i.hour_after
) sums ON true
LEFT JOIN channels c ON c.number = i.channel
LEFT JOIN LATERAL (
    SELECT raised_at FROM alerts
    WHERE meter = c.meter AND state = 'active'
        AND hour_start >= i.hour_start AND hour_start <= {NOW} AND hour_end > {NOW}
    ORDER BY hour_start DESC LIMIT 1
) alert ON true
"""  # noqa: S608

# Every input is an array: the fields of `RunningHour`. Whole hours are read from `hours`, a quarter of the rows. A
# meter has one row of all its data and, if its owner may see only the last two days or less, one of these (`owned`).
# `own.readable_from`: as `MeterView.readable_from`.
LIVE_VALUES = f"""
SELECT i.channel, m.owner_id, reader.owned, newest.at[1] AS last_at, newest.value AS last_value, used.from_at,
    used.energy, step.short, sums.hour, sums.today
FROM unnest($1::int[], $2::bigint[], $3::int[], $4::int[], $5::int[])
     AS i(channel, now, today, first, after)
JOIN channels AS c ON c.number = i.channel
JOIN meters AS m ON m.number = c.meter
CROSS JOIN LATERAL (
    SELECT m.visible_from * 900000::bigint
        + CASE c.stamp WHEN 'end' THEN coalesce(c.interval_minutes * 60000, 1) ELSE 0 END AS readable_from
) AS own
CROSS JOIN LATERAL (
    SELECT false AS owned, 0::bigint AS readable_from, i.today
    UNION ALL
    SELECT true, own.readable_from, greatest(i.today, m.visible_from)
    WHERE m.owner_id IS NOT NULL AND own.readable_from > i.now - 172800000
) AS reader
{NEWEST}
CROSS JOIN LATERAL (
    SELECT coalesce(sum(energy), 0)::float8 AS today,
        coalesce(sum(energy) FILTER (WHERE slot >= i.first), 0)::float8 AS hour
    FROM (
        SELECT slot, energy FROM quarter_hours
        WHERE channel = i.channel AND slot >= greatest(reader.today, i.first / 4 * 4) AND slot < i.after
        UNION ALL
        SELECT hour * 4, energy FROM hours
        WHERE channel = i.channel AND hour >= (reader.today + 3) / 4 AND hour < i.first / 4
        UNION ALL
        SELECT slot, energy FROM quarter_hours
        WHERE reader.today % 4 > 0 AND channel = i.channel
            AND slot >= reader.today AND slot < least((reader.today + 3) / 4, i.first / 4) * 4
    ) AS parts
) AS sums
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
    visible_from: int = EVER
    readable_from: int = 0
    """Epoch ms."""


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
    """One or two rows of `LIVE_VALUES` a meter."""
    return list(await connection.fetch(LIVE_VALUES, *zip(*hours, strict=True)))
