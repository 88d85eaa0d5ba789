"""Every SQL statement of monitoring that answers a question."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import func, select

from contor.kernel.database import Repository, raw
from contor.kernel.pagination import keyset_page
from contor.services.monitoring.models import Meter, Reading, ReceivedMinute, RejectedReading

PLACE = """
SELECT number, time_zone, hourly_limit AS limit FROM meters
WHERE device_id = $1 AND NOT deleted AND ($2::uuid IS NULL OR owner_id = $2)
"""

# Energy of one meter summed between boundaries; bucket n is [boundaries[n-1], boundaries[n]).
# Two arrays in one row, because a year of hours as rows takes three times as long to receive.
BY_SLOT = """
SELECT array_agg(bucket), array_agg(energy) FROM (
    SELECT width_bucket(slot, $4::int[]) - 1 AS bucket, sum(energy)::bigint AS energy
    FROM quarter_hours WHERE meter = $1 AND slot >= $2 AND slot < $3 GROUP BY 1) AS sums
"""
BY_HOUR = """
SELECT array_agg(bucket), array_agg(energy) FROM (
    SELECT width_bucket(hour, $4::int[]) - 1 AS bucket, sum(energy)::bigint AS energy
    FROM hours WHERE meter = $1 AND hour >= $2 AND hour < $3 GROUP BY 1) AS sums
"""
EACH_HOUR = """
SELECT array_agg(hour - $2), array_agg(energy) FROM hours WHERE meter = $1 AND hour >= $2 AND hour < $3
"""

FIRST_SLOT = "SELECT min(slot) FROM quarter_hours WHERE meter = $1"

# What a screen shows of each meter now; every column of the input is an array of one entry a meter.
STANDING = """
SELECT i.meter, newest.at AS last_at, newest.value AS last_value, before.at AS before_at, first.slot AS first_slot,
    sums.hour, sums.today, sums.yesterday, sums.yesterday_so_far, sums.month, sums.last_month, sums.last_month_so_far,
    alert.raised_at AS over_since
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
        sum(energy) FILTER (WHERE slot >= i.yesterday AND slot < i.yesterday_now)::bigint AS yesterday_so_far,
        sum(energy) FILTER (WHERE slot >= i.month)::bigint AS month,
        sum(energy) FILTER (WHERE slot < i.month)::bigint AS last_month,
        sum(energy) FILTER (WHERE slot < i.last_month_now)::bigint AS last_month_so_far
    FROM quarter_hours WHERE meter = i.meter AND slot >= i.last_month AND slot < i.hour_after
) sums ON true
LEFT JOIN alerts alert ON alert.meter = i.meter AND alert.hour_start = i.hour_start AND alert.state = 'active'
ORDER BY i.meter
"""

# The two newest readings of each meter and the sums of its running hour and day.
LIVE = """
SELECT i.meter, newest.at AS last_at, newest.value AS last_value, before.at AS before_at, sums.hour, sums.today
FROM unnest($1::int[], $2::int[], $3::int[], $4::int[]) AS i(meter, hour_first, hour_after, today)
JOIN LATERAL (SELECT at, value FROM readings WHERE meter = i.meter ORDER BY at DESC LIMIT 1) newest ON true
LEFT JOIN LATERAL (SELECT at FROM readings WHERE meter = i.meter AND at < newest.at
                   ORDER BY at DESC LIMIT 1) before ON true
LEFT JOIN LATERAL (
    SELECT sum(energy) FILTER (WHERE slot >= i.hour_first)::bigint AS hour, sum(energy)::bigint AS today
    FROM quarter_hours WHERE meter = i.meter AND slot >= i.today AND slot < i.hour_after
) sums ON true
"""

FLEET = """
WITH standing AS (
    SELECT m.device_id, m.name, newest.at, alert.raised_at AS over_since
    FROM meters m
    LEFT JOIN LATERAL (SELECT at FROM readings WHERE meter = m.number ORDER BY at DESC LIMIT 1) newest ON true
    LEFT JOIN LATERAL (SELECT raised_at FROM alerts WHERE meter = m.number AND state = 'active' AND hour_end > now()
                       AND hour_start <= now() LIMIT 1) alert ON true
    WHERE NOT m.deleted
)
SELECT (SELECT count(*) FROM standing) AS devices,
    (SELECT count(*) FROM standing WHERE at >= $1) AS reporting,
    (SELECT count(*) FROM standing WHERE at < $1) AS silent,
    (SELECT count(*) FROM standing WHERE at IS NULL) AS never,
    (SELECT count(*) FROM standing WHERE over_since IS NOT NULL) AS over_limit,
    (SELECT count(*) FROM rejected_readings WHERE state = 'pending') AS rejected_pending,
    (SELECT jsonb_agg(s) FROM (SELECT device_id, name, over_since AS since FROM standing WHERE over_since IS NOT NULL
                               ORDER BY over_since DESC LIMIT 10) s) AS over,
    (SELECT jsonb_agg(s) FROM (SELECT device_id, name, to_timestamp(at / 1000.0) AS since FROM standing WHERE at < $1
                               ORDER BY at DESC LIMIT 10) s) AS quiet
"""


@dataclass(frozen=True, slots=True)
class Moment:
    """The slots that matter for one meter at this moment: where its hour, days and months begin."""

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


@dataclass(frozen=True, slots=True)
class Place:
    """What a load profile needs to know of its meter; `limit` in mWh."""

    number: int
    time_zone: str
    limit: int | None


class ProfileQueries:
    """What a load profile asks, on a bare connection."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def place(self, device_id: UUID, owner_id: UUID | None) -> Place | None:
        """The meter of a device; with `owner_id`, only if it is theirs."""
        row = await self._connection.fetchrow(PLACE, device_id, owner_id)
        return None if row is None else Place(*row)

    async def first_slot(self, meter: int) -> int | None:
        """The first slot with a reading."""
        first: int | None = await self._connection.fetchval(FIRST_SLOT, meter)
        return first

    async def profile(self, meter: int, edges: list[int]) -> dict[int, int]:
        """Energy by interval number; `edges` are the slots at which intervals begin, and the last end."""
        if any(edge % 4 for edge in edges):
            found = await self._connection.fetchrow(BY_SLOT, meter, edges[0], edges[-1], edges)
        elif edges[-1] - edges[0] == 4 * (len(edges) - 1):
            found = await self._connection.fetchrow(EACH_HOUR, meter, edges[0] // 4, edges[-1] // 4)
        else:
            hours = [edge // 4 for edge in edges]
            found = await self._connection.fetchrow(BY_HOUR, meter, hours[0], hours[-1], hours)
        intervals, energies = found
        return {} if intervals is None else dict(zip(intervals, energies, strict=True))


class Queries(Repository):
    """What endpoints and screens ask."""

    async def meter(self, device_id: UUID, owner_id: UUID | None) -> Meter | None:
        """The meter of a device; with `owner_id`, only if it is theirs."""
        wanted = select(Meter).where(Meter.device_id == device_id, ~Meter.deleted)
        if owner_id is not None:
            wanted = wanted.where(Meter.owner_id == owner_id)
        return (await self.session.scalars(wanted)).one_or_none()

    async def meters(self, owner_id: UUID | None, *, cursor: str | None, limit: int) -> tuple[list[Meter], str | None]:
        wanted = select(Meter).where(~Meter.deleted)
        if owner_id is not None:
            wanted = wanted.where(Meter.owner_id == owner_id)
        return await keyset_page(self.session, wanted, [Meter.number], cursor=cursor, limit=limit)

    async def meters_by_number(self, numbers: Sequence[int]) -> dict[int, Meter]:
        found = await self.session.scalars(select(Meter).where(Meter.number.in_(numbers), ~Meter.deleted))
        return {meter.number: meter for meter in found}

    async def standing(self, moments: Sequence[Moment]) -> list[Any]:
        """One row a meter for the summary; see `STANDING`."""
        columns = ([getattr(moment, name) for moment in moments] for name in Moment.__slots__)
        return list(await (await raw(self.session)).fetch(STANDING, *columns))

    async def live(self, moments: Sequence[Moment]) -> list[Any]:
        """One row a meter for the screens that watch; see `LIVE`."""
        names = ("meter", "hour_first", "hour_after", "today")
        columns = ([getattr(moment, name) for moment in moments] for name in names)
        return list(await (await raw(self.session)).fetch(LIVE, *columns))

    async def readings(
        self, meter: int, begin_ms: int, end_ms: int, *, cursor: str | None, limit: int
    ) -> tuple[list[Reading], str | None]:
        wanted = select(Reading).where(Reading.meter == meter, Reading.at >= begin_ms, Reading.at < end_ms)
        return await keyset_page(self.session, wanted, [Reading.at], cursor=cursor, limit=limit)

    async def fleet(self, silent_before_ms: int) -> Any:
        return await (await raw(self.session)).fetchrow(FLEET, silent_before_ms)

    async def minutes(self, since: datetime) -> Sequence[ReceivedMinute]:
        wanted = select(ReceivedMinute).where(ReceivedMinute.minute >= since).order_by(ReceivedMinute.minute)
        return (await self.session.scalars(wanted)).all()

    async def rejected(
        self, code: str | None, state: str, *, cursor: str | None, limit: int
    ) -> tuple[list[RejectedReading], str | None]:
        wanted = select(RejectedReading).where(RejectedReading.state == state)
        if code is not None:
            wanted = wanted.where(RejectedReading.code == code)
        key = [RejectedReading.received_at, RejectedReading.id]
        return await keyset_page(self.session, wanted, key, cursor=cursor, limit=limit, descending=True)

    async def rejected_by_code(self) -> Sequence[Any]:
        """(code, rows, times, latest) of what is pending, the most frequent first."""
        wanted = (
            select(
                RejectedReading.code,
                func.count(),
                func.sum(RejectedReading.times),
                func.max(RejectedReading.received_at),
            )
            .where(RejectedReading.state == "pending")
            .group_by(RejectedReading.code)
            .order_by(func.count().desc())
        )
        return (await self.session.execute(wanted)).all()
