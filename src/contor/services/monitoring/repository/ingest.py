"""SQL of storing a batch of readings, on one asyncpg connection in its open transaction."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from contor.contracts.devices import UNITS
from contor.services.monitoring.metering.kinds import KINDS, Kind
from contor.services.monitoring.repository.meters import LOCKS, MONTHS, device_share

# `xmin`, the transaction that wrote the row, is another one after every change, whichever code makes it.
LOCK_METERS = """
SELECT number, device_id, owner_id, time_zone, hourly_limit, xmin::text::bigint AS version, kind, unit
FROM meters
WHERE device_id = ANY($1::uuid[]) AND NOT deleted ORDER BY number FOR NO KEY UPDATE
"""

# One statement stores a batch and adds each reading's exact change to its quarter hour and hour; a reading that is
# already there with the same value is no row of `stored` and so changes nothing. It locks the meters before it writes,
# and writes nothing when one of them is not the version that the readings were resolved with. Its snapshot may be older
# than the locks: it only builds on rows that ON CONFLICT found, which are always the newest. It holds for kinds without
# neighbours, whose readings count whole in the slot of their timestamp.
STORE = """
WITH locked AS (
    SELECT number, xmin::text::bigint AS version FROM meters WHERE number = ANY($4::int[])
    ORDER BY number FOR NO KEY UPDATE
), same AS (
    SELECT count(*) = cardinality($4::int[]) AS holds
    FROM locked JOIN unnest($4::int[], $5::bigint[]) AS k(number, version) USING (number, version)
), stored AS (
    INSERT INTO readings AS r (meter, at, value)
    SELECT i.* FROM unnest($1::int[], $2::bigint[], $3::bigint[]) AS i WHERE (SELECT holds FROM same)
    ON CONFLICT (meter, at) DO UPDATE SET value = excluded.value WHERE r.value <> excluded.value
    RETURNING new.meter, (new.at / 900000)::int AS slot, new.value - coalesce(old.value, 0) AS change,
              (old.value IS NULL)::int AS added
), changes AS (
    SELECT meter, slot, sum(change)::bigint AS change, sum(added)::int AS added, count(*) AS written,
           min(change) < 0 AS lowered
    FROM stored GROUP BY meter, slot
), profile AS (
    INSERT INTO quarter_hours AS q (meter, slot, energy, readings)
    SELECT meter, slot, change, added FROM changes ORDER BY meter, slot
    ON CONFLICT (meter, slot) DO UPDATE
    SET energy = q.energy + excluded.energy, readings = q.readings + excluded.readings
), hourly AS (
    INSERT INTO hours AS h (meter, hour, energy)
    SELECT meter, slot / 4, sum(change)::bigint FROM changes GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT (meter, hour) DO UPDATE SET energy = h.energy + excluded.energy
    RETURNING meter, hour, energy
)
SELECT holds, meter, hour, energy, written, lowered FROM same LEFT JOIN (
    hourly CROSS JOIN (SELECT sum(written)::int AS written, bool_or(lowered) AS lowered FROM changes) AS total
) ON true
"""

# Rows this transaction wrote carry its id: the others were there already, as they are.
UNCHANGED = """
SELECT i.meter, i.at FROM unnest($1::int[], $2::bigint[]) AS i(meter, at)
JOIN readings AS r USING (meter, at) WHERE r.xmin <> pg_current_xact_id()::xid
"""

HOUR_SUMS = """
SELECT h.n, sum(q.energy)::bigint AS energy, a.id IS NOT NULL AS has_alert
FROM unnest($1::int[], $2::int[], $3::int[]) WITH ORDINALITY AS h(meter, first, after, n)
JOIN quarter_hours AS q ON q.meter = h.meter AND q.slot >= h.first AND q.slot < h.after
LEFT JOIN alerts AS a ON a.meter = h.meter AND a.hour_start = to_timestamp(h.first * 900::bigint)
GROUP BY h.n, a.id
"""

UPSERT_ALERTS = """
INSERT INTO alerts AS a (id, meter, owner_id, hour_start, hour_end, energy, hourly_limit, severity, state, raised_at)
SELECT * FROM unnest($1::uuid[], $2::int[], $3::uuid[], $4::timestamptz[], $5::timestamptz[], $6::bigint[],
                     $7::bigint[], $8::text[], $9::text[], $10::timestamptz[])
ON CONFLICT (meter, hour_start) DO UPDATE SET energy = excluded.energy, hourly_limit = excluded.hourly_limit,
    severity = excluded.severity, state = excluded.state
WHERE (a.energy, a.hourly_limit, a.state) IS DISTINCT FROM (excluded.energy, excluded.hourly_limit, excluded.state)
RETURNING new.id, new.meter, new.owner_id, new.hour_start, new.hour_end, new.energy, new.hourly_limit, new.severity,
    new.state, new.acknowledged_at, new.acknowledged_by, new.raised_at, old.id IS NULL AS raised,
    coalesce(old.state = 'active' AND new.state = 'cleared', false) AS cleared
"""

LOCK_UNKNOWN_DEVICES = "SELECT pg_advisory_xact_lock_shared($1, share) FROM unnest($2::int[]) AS share"

UPSERT_REJECTED = """
INSERT INTO rejected_readings AS r (id, fingerprint, device_id, code, detail, payload, submitted_by, by_admin, times)
SELECT * FROM unnest($1::uuid[], $2::bytea[], $3::text[], $4::text[], $5::text[], $6::jsonb[], $7::uuid[], $8::bool[],
                     $9::int[])
ON CONFLICT (fingerprint) DO UPDATE SET times = r.times + excluded.times, received_at = now(), state = 'pending'
"""

COUNT_RECEIVED = """
INSERT INTO received_minutes AS m (minute, readings) SELECT * FROM unnest($1::timestamptz[], $2::bigint[])
ON CONFLICT (minute) DO UPDATE SET readings = m.readings + excluded.readings
"""


class Channel(NamedTuple):
    """The stream of readings of one meter as ingestion needs it, at one version of its row."""

    number: int
    device_id: UUID
    owner_id: UUID | None
    time_zone: str
    hourly_limit: int | None
    """mWh"""
    version: int
    kind: Kind
    scale: int
    """mWh in one unit."""
    units: Mapping[str, int]
    """The scale of every unit that a reading may state."""


class Hour(NamedTuple):
    """A local clock hour of a meter, slots [first, after), and its limit in mWh."""

    meter: int
    first: int
    after: int
    limit: int


class IngestRepository:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self.connection = connection

    async def lock_channels(self, devices: Iterable[UUID]) -> dict[UUID, Channel]:
        """The channels of these devices, always locked in one order: batches that share a meter wait, not deadlock."""
        rows = await self.connection.fetch(LOCK_METERS, list(devices))
        return {
            row["device_id"]: Channel._make(
                (*row[:6], KINDS[row["kind"]], UNITS[row["kind"]][row["unit"]], UNITS[row["kind"]])
            )
            for row in rows
        }

    async def lock_unknown_devices(self, devices: Iterable[UUID]) -> None:
        """Wait until none of these devices is being created, and until the commit let none be."""
        shares = sorted({device_share(device) for device in devices})
        await self.connection.execute(LOCK_UNKNOWN_DEVICES, LOCKS, shares)

    async def ensure_partitions(self, months: Iterable[tuple[int, int, str]]) -> None:
        """Create the partitions [from ms, to ms) of `readings` that are missing."""
        # `IF NOT EXISTS` alone fails when another replica creates the same one at the same time.
        await self.connection.execute("SELECT pg_advisory_xact_lock($1, $2)", LOCKS, MONTHS)
        for begin, end, name in months:
            await self.connection.execute(
                f"CREATE TABLE IF NOT EXISTS readings_{name} PARTITION OF readings FOR VALUES FROM ({begin}) TO ({end})"
            )

    async def store(
        self, channels: Sequence[Channel], numbers: list[int], instants: list[int], amounts: list[int]
    ) -> list[Any] | None:
        """Lock these channels, store their readings (unique by meter and instant) and add them to the profile.

        Returns the UTC hours that changed as (meter, hour, energy now), and with each row of the whole batch how many
        readings were `written` and whether any value was `lowered`; None, with nothing stored, when one of the channels
        changed since it was read.
        """
        known = [channel.number for channel in channels]
        versions = [channel.version for channel in channels]
        rows = await self.connection.fetch(STORE, numbers, instants, amounts, known, versions)
        if not rows[0]["holds"]:
            return None
        return [row for row in rows if row["meter"] is not None]

    async def unchanged(self, meters: list[int], instants: list[int]) -> list[Any]:
        """Which of these readings this transaction did not write, as (meter, at)."""
        return list(await self.connection.fetch(UNCHANGED, meters, instants))

    async def hour_sums(self, hours: Sequence[Hour]) -> list[tuple[Hour, int, bool]]:
        """The hours that have readings, each with its energy and whether it has an alert."""
        meters, firsts, afters, _ = zip(*hours, strict=True)
        rows = await self.connection.fetch(HOUR_SUMS, meters, firsts, afters)
        return [(hours[row["n"] - 1], row["energy"], row["has_alert"]) for row in rows]

    async def upsert_alerts(self, rows: Sequence[tuple[Any, ...]]) -> list[Any]:
        """Returns the alerts that changed, with `raised` and `cleared`."""
        return list(await self.connection.fetch(UPSERT_ALERTS, *map(list, zip(*rows, strict=True))))

    async def upsert_rejected(self, rows: Sequence[tuple[Any, ...]]) -> None:
        # Sorted by fingerprint, so that two transactions with the same rejections cannot deadlock.
        ordered = sorted(rows, key=lambda row: bytes(row[1]))
        await self.connection.execute(UPSERT_REJECTED, *map(list, zip(*ordered, strict=True)))

    async def count_received(self, minutes: Mapping[datetime, int]) -> None:
        await self.connection.execute(COUNT_RECEIVED, list(minutes), list(minutes.values()))
