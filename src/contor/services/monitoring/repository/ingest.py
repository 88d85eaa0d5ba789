"""SQL of storing a batch of readings, on one asyncpg connection in its open transaction."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from contor.contracts.devices import DEFAULT_CHANNEL, UNITS
from contor.services.monitoring.metering.intervals import Interval
from contor.services.monitoring.metering.kinds import KINDS, Kind
from contor.services.monitoring.metering.slots import slot_of
from contor.services.monitoring.metering.terms import Terms
from contor.services.monitoring.models import CORRECTION_IN_FORCE
from contor.services.monitoring.repository.meters import LOCKS, MONTHS, device_share
from contor.services.monitoring.repository.profile import MAX_COVERED, SHARES, share
from contor.services.monitoring.repository.terms import fetch_terms

LOCK_DEVICES = """
SELECT number FROM meters WHERE device_id = ANY($1::uuid[]) AND NOT deleted ORDER BY number FOR NO KEY UPDATE
"""
LOCK_METERS = """
SELECT number FROM meters WHERE number = ANY($1::int[]) AND NOT deleted ORDER BY number FOR NO KEY UPDATE
"""

# `xmin`, the transaction that wrote the row, is another one after every change, whichever code makes it. A change of a
# channel, of what held when, or of a correction writes the meter's row as well.
CHANNELS = """
SELECT c.number, m.number AS meter, m.device_id, m.xmin::text::bigint AS version, m.time_zone, m.hourly_limit,
    m.max_power, c.kind, c.unit, c.stamp, c.interval_minutes
FROM meters AS m JOIN channels AS c ON c.meter = m.number AND c.name = $2
WHERE m.number = ANY($1::int[])
"""

CORRECTED = f"""
SELECT channel, array_agg(at) AS instants FROM corrections
WHERE channel = ANY($1::int[]) AND {CORRECTION_IN_FORCE} GROUP BY channel
"""  # noqa: S608

# One statement stores a batch and adds each reading's exact change to its quarter hours and hours; a reading that is
# already there with the same value is no row of `stored` and so changes nothing. It locks the meters before it writes,
# and writes nothing when one of them is not the version that the readings were resolved with. Its snapshot may be older
# than the locks: it only builds on rows that ON CONFLICT found, which are always the newest. It holds for kinds without
# neighbours. Two forms: of readings that each count whole in one quarter hour, as nearly all do, and of those whose
# stated interval is spread.
_STORE = """
WITH locked AS (
    SELECT number, xmin::text::bigint AS version FROM meters WHERE number = ANY($4::int[])
    ORDER BY number FOR NO KEY UPDATE
), same AS (
    SELECT count(*) = cardinality($4::int[]) AS holds
    FROM locked JOIN unnest($4::int[], $5::bigint[]) AS k(number, version) USING (number, version)
), stored AS (
    INSERT INTO readings AS r (channel, at, value)
    SELECT i.* FROM unnest($1::int[], $2::bigint[], $3::bigint[]) AS i WHERE (SELECT holds FROM same)
    ON CONFLICT (channel, at) DO UPDATE SET value = excluded.value WHERE r.value <> excluded.value
    RETURNING new.channel, new.at, old.value AS previous, new.value
), changes AS (
    {changes}
), profile AS (
    INSERT INTO quarter_hours AS q (channel, slot, energy, readings, covered)
    SELECT channel, slot, change, added, covered FROM changes ORDER BY channel, slot
    ON CONFLICT (channel, slot) DO UPDATE SET energy = q.energy + excluded.energy,
        readings = q.readings + excluded.readings,
        covered = least(q.covered::bigint + excluded.covered, {most})
    RETURNING new.channel, new.slot, new.energy - coalesce(old.energy, 0) AS change, old.slot IS NULL AS created,
        coalesce(old.covered, 0) AS covered_before, new.covered
), hourly AS (
    INSERT INTO hours AS h (channel, hour, energy, slots)
    SELECT channel, slot / 4, sum(change), {slots} FROM profile {lengths} GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT (channel, hour) DO UPDATE SET energy = h.energy + excluded.energy, slots = h.slots + excluded.slots
    RETURNING channel, hour, energy
), logged AS (
    INSERT INTO corrections (channel, kind, at, previous, replacement)
    SELECT channel, 'replaced', at, previous, value FROM stored WHERE previous IS NOT NULL
    RETURNING 1
)
SELECT holds, channel, hour, least(energy, {largest})::bigint AS energy, written, replaced, lowered, EXISTS (
    SELECT FROM alerts JOIN channels AS c ON c.number = channel AND c.meter = alerts.meter
    WHERE hour_start = to_timestamp(hour * 3600::bigint) AND state = 'cleared'
) AS cleared
FROM same LEFT JOIN (
    hourly CROSS JOIN (
        SELECT (SELECT count(*) FROM stored)::int AS written, (SELECT count(*) FROM logged)::int AS replaced,
            (SELECT coalesce(bool_or(lowered), false) FROM changes) AS lowered
    ) AS total
) ON true
"""
LARGEST = 2**62
"""Energies of hours that are returned end here."""
STORE_WHOLE = _STORE.format(
    changes="""
    SELECT channel, (at / 900000)::int AS slot, sum(value - coalesce(previous, 0)) AS change,
        count(*) FILTER (WHERE previous IS NULL)::int AS added, 0 AS covered, bool_or(value < previous) AS lowered
    FROM stored GROUP BY 1, 2
    """,
    slots="count(*) FILTER (WHERE created)::smallint",
    lengths="",
    largest=LARGEST,
    most=MAX_COVERED,
)
STORE_SPREAD = _STORE.format(
    changes=f"""
    SELECT s.channel, slot, sum({share("value")} - {share("coalesce(previous, 0)")}) AS change,
        count(*) FILTER (WHERE previous IS NULL)::int AS added,
        least(coalesce(sum(high - low) FILTER (WHERE previous IS NULL AND length > 1), 0), {MAX_COVERED})::int
            AS covered,
        bool_or(value < previous) AS lowered
    FROM stored AS s JOIN unnest($6::int[], $7::bigint[], $8::bigint[]) AS i(channel, back, length) USING (channel)
    CROSS JOIN LATERAL {SHARES} GROUP BY 1, 2
    """,  # noqa: S608
    slots="""sum(CASE WHEN length > 1 THEN (covered >= 900000)::int - (covered_before >= 900000)::int
        ELSE created::int END)::smallint""",
    lengths="JOIN unnest($6::int[], $8::bigint[]) AS i(channel, length) USING (channel)",
    largest=LARGEST,
    most=MAX_COVERED,
)

# Rows this transaction wrote carry its id: the others were there already, as they are.
UNCHANGED = """
SELECT i.channel, i.at FROM unnest($1::int[], $2::bigint[]) AS i(channel, at)
JOIN readings AS r USING (channel, at) WHERE r.xmin <> pg_current_xact_id()::xid
"""
VALUES = """
SELECT channel, at, value FROM unnest($1::int[], $2::bigint[]) AS i(channel, at) JOIN readings USING (channel, at)
"""
NAME_SENDERS = """
UPDATE corrections AS c SET made_by = i.sender
FROM unnest($1::int[], $2::bigint[], $3::uuid[]) AS i(channel, at, sender)
WHERE c.channel = i.channel AND c.at = i.at AND c.xmin = pg_current_xact_id()::xid
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
    """A channel as ingestion needs it, at one version of its meter's row."""

    number: int
    meter: int
    device_id: UUID
    version: int
    time_zone: str
    hourly_limit: int | None
    """µWh, as of now."""
    kind: Kind
    scale: int
    """µWh in one unit."""
    units: Mapping[str, int]
    """The scale of every unit that a reading may state."""
    largest: int
    """µWh; more is implausible."""
    interval: Interval
    terms: Terms
    corrected: frozenset[int]
    """Instants of corrections in force, epoch ms."""

    def has_owned(self, user_id: UUID | None) -> bool:
        return any(owner_id == user_id for _, owner_id in self.terms.periods)

    def owner_at(self, at_ms: int) -> UUID | None:
        """Whose reading one of this instant (epoch ms) is."""
        periods = self.terms.periods
        if len(periods) == 1:
            return periods[0][1]
        return self.terms.owner_at(slot_of(at_ms - self.interval.back))


class IngestRepository:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self.connection = connection

    async def lock_channels(self, devices: Iterable[UUID]) -> dict[UUID, Channel]:
        """The channels of these devices, always locked in one order: batches that share a meter wait, not deadlock."""
        locked = await self.connection.fetch(LOCK_DEVICES, list(devices))
        return {channel.device_id: channel for channel in await self._fetch_channels([row[0] for row in locked])}

    async def lock_meters(self, meters: Iterable[int]) -> list[Channel]:
        """The channels of these meters that are not deleted, locked in the same order."""
        locked = await self.connection.fetch(LOCK_METERS, list(meters))
        return await self._fetch_channels([row[0] for row in locked])

    async def _fetch_channels(self, meters: Sequence[int]) -> list[Channel]:
        # Statements of their own: one that waits for a lock sees other tables as they were before it waited.
        if not meters:
            return []
        rows = await self.connection.fetch(CHANNELS, meters, DEFAULT_CHANNEL)
        terms = await fetch_terms(self.connection, meters)
        corrected = {
            row["channel"]: frozenset(row["instants"])
            for row in await self.connection.fetch(CORRECTED, [row["number"] for row in rows])
        }
        return [_channel(row, terms[row["meter"]], corrected.get(row["number"], frozenset())) for row in rows]

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
        """Lock these channels, store their readings (unique by channel and instant) and add them to the profile.

        Returns the UTC hours that changed as (channel, hour, energy now, at most `LARGEST`, whether an alert of it is
        `cleared`), and with each row of the whole batch how many readings were `written` and how many values
        `replaced`, and whether one was `lowered`; None, with nothing stored, when one of the channels changed since it
        was read.
        """
        arguments: list[Any] = [numbers, instants, amounts]
        arguments += [[channel.meter for channel in channels], [channel.version for channel in channels]]
        statement = STORE_WHOLE
        if any(channel.interval != Interval() for channel in channels):
            statement = STORE_SPREAD
            arguments += [[channel.number for channel in channels]]
            arguments += map(list, zip(*(channel.interval for channel in channels), strict=True))
        rows = await self.connection.fetch(statement, *arguments)
        if not rows[0]["holds"]:
            return None
        return [row for row in rows if row["channel"] is not None]

    async def unchanged(self, numbers: list[int], instants: list[int]) -> list[Any]:
        """Which of these readings this transaction did not write, as (channel, at)."""
        return list(await self.connection.fetch(UNCHANGED, numbers, instants))

    async def values(self, numbers: list[int], instants: list[int]) -> list[Any]:
        """Those of these readings that are stored, as (channel, at, value)."""
        return list(await self.connection.fetch(VALUES, numbers, instants))

    async def name_senders(self, numbers: list[int], instants: list[int], senders: list[UUID | None]) -> None:
        """Add who sent them to the corrections that this transaction logged."""
        await self.connection.execute(NAME_SENDERS, numbers, instants, senders)

    async def upsert_rejected(self, rows: Sequence[tuple[Any, ...]]) -> None:
        # Sorted by fingerprint, so that two transactions with the same rejections cannot deadlock.
        ordered = sorted(rows, key=lambda row: bytes(row[1]))
        await self.connection.execute(UPSERT_REJECTED, *map(list, zip(*ordered, strict=True)))

    async def count_received(self, minutes: Mapping[datetime, int]) -> None:
        await self.connection.execute(COUNT_RECEIVED, list(minutes), list(minutes.values()))


def _channel(row: Any, terms: Terms, corrected: frozenset[int]) -> Channel:
    kind = KINDS[row["kind"]]
    return Channel(
        number=row["number"],
        meter=row["meter"],
        device_id=row["device_id"],
        version=row["version"],
        time_zone=row["time_zone"],
        hourly_limit=row["hourly_limit"],
        kind=kind,
        scale=UNITS[row["kind"]][row["unit"]],
        units=UNITS[row["kind"]],
        largest=kind.largest(row["max_power"], row["interval_minutes"]),
        interval=Interval.of(row["stamp"], row["interval_minutes"]),
        terms=terms,
        corrected=corrected,
    )
