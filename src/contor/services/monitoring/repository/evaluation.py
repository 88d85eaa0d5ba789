"""SQL of evaluating limits, on an asyncpg connection in its transaction, with the meters locked."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import asyncpg

from contor.services.monitoring.metering.terms import Part

PART_SUMS = """
SELECT p.n, sum(q.energy) AS energy, a.id IS NOT NULL AS has_alert
FROM unnest($1::int[], $2::int[], $3::int[], $4::int[]) WITH ORDINALITY AS p(channel, meter, first, after, n)
JOIN quarter_hours AS q ON q.channel = p.channel AND q.slot >= p.first AND q.slot < p.after
LEFT JOIN alerts AS a ON a.meter = p.meter AND a.hour_start = to_timestamp(p.first * 900::bigint)
GROUP BY p.n, a.id
"""

QUARTER_HOURS = """
SELECT slot, energy FROM quarter_hours WHERE channel = $1 AND slot >= $2 AND slot < $3 ORDER BY slot
"""

ALERT_STARTS = "SELECT hour_start FROM alerts WHERE meter = $1 AND hour_start >= $2 AND hour_start < $3"

# An alert is raised anew when it becomes active again. Moved to another owner it is a new one: nothing of what the
# owner before did with it is left.
UPSERT_ALERTS = """
INSERT INTO alerts AS a (id, meter, owner_id, hour_start, hour_end, energy, hourly_limit, severity, state, past,
                         raised_at)
SELECT * FROM unnest($1::uuid[], $2::int[], $3::uuid[], $4::timestamptz[], $5::timestamptz[], $6::numeric[],
                     $7::bigint[], $8::text[], $9::text[], $10::bool[], $11::timestamptz[])
ON CONFLICT (meter, hour_start) DO UPDATE SET hour_end = excluded.hour_end, owner_id = excluded.owner_id,
    energy = excluded.energy, hourly_limit = excluded.hourly_limit, severity = excluded.severity,
    state = excluded.state,
    (raised_at, raised_times, past, acknowledged_at, acknowledged_by) = (
        SELECT CASE WHEN anew THEN excluded.raised_at ELSE a.raised_at END,
            CASE WHEN moved THEN 1 ELSE a.raised_times + anew::int END,
            CASE WHEN anew THEN excluded.past ELSE a.past END,
            CASE WHEN NOT (anew OR moved) THEN a.acknowledged_at END,
            CASE WHEN NOT (anew OR moved) THEN a.acknowledged_by END
        FROM (SELECT a.owner_id IS DISTINCT FROM excluded.owner_id AS moved) AS owners,
            LATERAL (SELECT excluded.state = 'active' AND (a.state = 'cleared' OR moved) AS anew) AS again)
WHERE (a.hour_end, a.owner_id, a.energy, a.hourly_limit, a.state)
    IS DISTINCT FROM (excluded.hour_end, excluded.owner_id, excluded.energy, excluded.hourly_limit, excluded.state)
RETURNING new.id, new.meter, new.owner_id, new.hour_start, new.hour_end, new.energy, new.hourly_limit, new.severity,
    new.state, new.acknowledged_at, new.acknowledged_by, new.raised_at, new.raised_times, new.past,
    new.state = 'active' AND (old.id IS NULL OR old.state = 'cleared') AS raised,
    coalesce(new.state = 'active' AND old.state = 'active' AND old.owner_id IS DISTINCT FROM new.owner_id, false)
        AND old.id IS NOT NULL AS changed_owner,
    new.state = 'active' AND coalesce(old.state = 'active' AND old.severity = 'warning', false)
        AND new.severity = 'critical' AS became_critical,
    coalesce(old.state = 'active' AND new.state = 'cleared', false) AS cleared
"""

DELETE_ALERTS = """
DELETE FROM alerts WHERE meter = $1 AND hour_start = ANY($2::timestamptz[])
RETURNING id, meter, owner_id, hour_start, hour_end, energy, hourly_limit, severity, 'cleared' AS state,
    acknowledged_at, acknowledged_by, raised_at, raised_times, past, false AS raised, false AS changed_owner,
    false AS became_critical,
    state = 'active' AS cleared
"""

ADD_UPCOMING = "INSERT INTO upcoming_hours SELECT * FROM unnest($1::int[], $2::int[]) ON CONFLICT DO NOTHING"
BEGUN_METERS = "SELECT DISTINCT meter FROM upcoming_hours WHERE first_slot <= $1 LIMIT $2"
TAKE_BEGUN = "DELETE FROM upcoming_hours WHERE meter = ANY($1::int[]) AND first_slot <= $2 RETURNING meter, first_slot"


class EvaluationRepository:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self.connection = connection

    async def part_sums(self, parts: Sequence[tuple[int, int, Part]]) -> list[tuple[int, int, bool]]:
        """(index, energy, has an alert) of those of these (channel, meter, part) that have readings."""
        channels, meters, slots = zip(*parts, strict=True)
        firsts, afters = [part.first for part in slots], [part.after for part in slots]
        rows = await self.connection.fetch(PART_SUMS, channels, meters, firsts, afters)
        return [(row["n"] - 1, int(row["energy"]), row["has_alert"]) for row in rows]

    async def quarter_hours(self, channel: int, first: int, after: int) -> list[tuple[int, int]]:
        """(slot, energy), ascending."""
        rows = await self.connection.fetch(QUARTER_HOURS, channel, first, after)
        return [(row["slot"], int(row["energy"])) for row in rows]

    async def alert_starts(self, meter: int, begin: datetime, end: datetime) -> set[datetime]:
        return {row[0] for row in await self.connection.fetch(ALERT_STARTS, meter, begin, end)}

    async def upsert_alerts(self, rows: Sequence[tuple[Any, ...]]) -> list[Any]:
        """Returns the alerts that changed, with `raised`, `changed_owner`, `became_critical` and `cleared`."""
        return list(await self.connection.fetch(UPSERT_ALERTS, *map(list, zip(*rows, strict=True))))

    async def delete_alerts(self, meter: int, starts: Iterable[datetime]) -> list[Any]:
        """Returns the alerts as they were, with the columns of `upsert_alerts`; active ones as cleared."""
        return list(await self.connection.fetch(DELETE_ALERTS, meter, list(starts)))

    async def add_upcoming(self, hours: Sequence[tuple[int, int]]) -> None:
        """(meter, first slot) of hours that have not begun."""
        await self.connection.execute(ADD_UPCOMING, *map(list, zip(*hours, strict=True)))

    async def begun_meters(self, slot: int, limit: int) -> list[int]:
        """Meters with upcoming hours that begin at this slot or before."""
        return [row[0] for row in await self.connection.fetch(BEGUN_METERS, slot, limit)]

    async def take_begun(self, meters: Sequence[int], slot: int) -> list[tuple[int, int]]:
        """(meter, first slot) of these hours of locked meters, which are upcoming no more."""
        return [tuple(row) for row in await self.connection.fetch(TAKE_BEGUN, meters, slot)]
