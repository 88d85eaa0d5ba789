"""SQL of the current values of meters, on an asyncpg connection."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import asyncpg

# Every input is an array with one entry a meter: the columns of `Periods`.
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


@dataclass(frozen=True, slots=True)
class Periods:
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


class SummaryRepository:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def summaries(self, periods: Sequence[Periods]) -> list[Any]:
        """One row a meter; see `SUMMARIES`."""
        columns = ([getattr(each, field.name) for each in periods] for field in fields(Periods))
        return list(await self._connection.fetch(SUMMARIES, *columns))
