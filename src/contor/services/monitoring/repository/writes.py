"""Every SQL statement of monitoring that writes, and the small reads that go with them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from contor.contracts.devices import DeviceChanged
from contor.kernel.database import Repository
from contor.services.monitoring.models import Alert, Meter, ReceivedMinute, RejectedReading

# `xmin`, the transaction that wrote the row, is another one after every change, whoever makes it.
LOCK_METERS = """
SELECT number, device_id, owner_id, unit, time_zone, hourly_limit, xmin::text::bigint AS version FROM meters
WHERE device_id = ANY($1::uuid[]) AND NOT deleted ORDER BY number FOR NO KEY UPDATE
"""

# One statement stores a batch and adds each reading's exact change to its quarter hour and hour; a reading that is
# already there with the same value is no row of `stored` and so changes nothing. It locks the meters before it writes,
# and writes nothing when one of them is not the version that the readings were resolved with. Its snapshot may be older
# than the locks: it only builds on rows that ON CONFLICT found, which are always the newest.
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

# Hours over their limit, and hours that have an alert already, whatever they are now.
JUDGE = """
SELECT h.n, sum(q.energy)::bigint AS energy
FROM unnest($1::int[], $2::int[], $3::int[], $4::bigint[]) WITH ORDINALITY AS h(meter, first, after, allowed, n)
JOIN quarter_hours AS q ON q.meter = h.meter AND q.slot >= h.first AND q.slot < h.after
LEFT JOIN alerts AS a ON a.meter = h.meter AND a.hour_start = to_timestamp(h.first * 900::bigint)
GROUP BY h.n, h.allowed, a.id HAVING sum(q.energy) > h.allowed OR a.id IS NOT NULL
"""

PUT_ALERTS = """
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

HOLD_BACK = "SELECT pg_advisory_xact_lock_shared($1, share) FROM unnest($2::int[]) AS share"

KEEP_REJECTED = """
INSERT INTO rejected_readings AS r (id, fingerprint, device_id, code, detail, payload, submitted_by, by_admin, times)
SELECT * FROM unnest($1::uuid[], $2::bytea[], $3::text[], $4::text[], $5::text[], $6::jsonb[], $7::uuid[], $8::bool[],
                     $9::int[])
ON CONFLICT (fingerprint) DO UPDATE SET times = r.times + excluded.times, received_at = now(), state = 'pending'
"""


LOCKS = 7_301_945
"""First half of this service's advisory locks; the second is `MONTHS` or a device's share of `SHARES`."""
MONTHS = 0
SHARES = 512
"""Of all devices: a batch full of unknown ids must not fill PostgreSQL's table of locks."""


class KnownMeter(NamedTuple):
    """What recording needs of a meter, at one version of its row."""

    number: int
    device_id: UUID
    owner_id: UUID | None
    unit: str
    time_zone: str
    hourly_limit: int | None
    version: int


class Hour(NamedTuple):
    """A local clock hour of a meter, slots [first, after), with the limit it is held to in mWh."""

    meter: int
    first: int
    after: int
    limit: int


def _share(device_id: UUID) -> int:
    return 1 + device_id.int % SHARES


class HotRepository:
    """What recording needs, on a bare connection in its open transaction."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def lock_meters(self, devices: Iterable[UUID]) -> list[KnownMeter]:
        """The meters of these devices, locked in one order: two batches never judge one hour at the same time."""
        return [KnownMeter(*row) for row in await self._connection.fetch(LOCK_METERS, list(devices))]

    async def hold_back(self, devices: Iterable[UUID]) -> None:
        """Return when no unknown device of these is about to be known; until the commit none will be."""
        shares = sorted({_share(device) for device in devices})
        await self._connection.execute(HOLD_BACK, LOCKS, shares)

    async def ensure_partitions(self, months: Iterable[tuple[int, int, str]]) -> None:
        """Create the partitions [from ms, to ms) of `readings` that are missing."""
        # `IF NOT EXISTS` alone fails when another replica creates the same one at the same time.
        await self._connection.execute("SELECT pg_advisory_xact_lock($1, $2)", LOCKS, MONTHS)
        for begin, end, name in months:
            await self._connection.execute(
                f"CREATE TABLE IF NOT EXISTS readings_{name} PARTITION OF readings FOR VALUES FROM ({begin}) TO ({end})"
            )

    async def store(
        self, meters: Sequence[KnownMeter], numbers: list[int], instants: list[int], values: list[int]
    ) -> list[Any] | None:
        """Lock these meters, store their readings (unique by meter and instant) and add them to the profile.

        Returns the UTC hours that changed as (meter, hour, energy now), and with each row of the whole batch how many
        readings were `written` and whether any value was `lowered`; None, with nothing stored, when one of the meters
        changed since it was read.
        """
        versions = [meter.version for meter in meters]
        known = [meter.number for meter in meters]
        rows = await self._connection.fetch(STORE, numbers, instants, values, known, versions)
        if not rows[0]["holds"]:
            return None
        return [row for row in rows if row["meter"] is not None]

    async def unchanged(self, meters: list[int], instants: list[int]) -> list[Any]:
        """Which of these readings this transaction did not write, as (meter, at)."""
        return list(await self._connection.fetch(UNCHANGED, meters, instants))

    async def judge(self, hours: Sequence[Hour]) -> list[tuple[Hour, int]]:
        """The hours, with their energy, that are over their limit or have an alert."""
        rows = await self._connection.fetch(JUDGE, *map(list, zip(*hours, strict=True)))
        return [(hours[row["n"] - 1], row["energy"]) for row in rows]

    async def put_alerts(self, rows: Sequence[tuple[Any, ...]]) -> list[Any]:
        """Raise, follow or clear alerts; returns those that changed, with `raised` and `cleared`."""
        return list(await self._connection.fetch(PUT_ALERTS, *map(list, zip(*rows, strict=True))))

    async def keep_rejected(self, rows: Sequence[tuple[Any, ...]]) -> None:
        # Sorted, so that two transactions with the same garbage cannot lock each other.
        ordered = sorted(rows, key=lambda row: bytes(row[1]))
        await self._connection.execute(KEEP_REJECTED, *map(list, zip(*ordered, strict=True)))


class WritingRepository(Repository):
    """What follows devices, owners and rejected readings."""

    async def waiting_for(self, device_id: UUID, owner_id: UUID | None, limit: int) -> Sequence[RejectedReading]:
        """Readings kept because this device was not known, from those who may send for it."""
        waiting = select(RejectedReading).where(
            RejectedReading.device_id == str(device_id),
            RejectedReading.code == "unknown_device",
            RejectedReading.state == "pending",
            RejectedReading.by_admin | (RejectedReading.submitted_by == owner_id),
        )
        return (await self.session.scalars(waiting.limit(limit).with_for_update())).all()

    async def waiting(self, ids: Sequence[UUID] | None, code: str | None, limit: int) -> Sequence[RejectedReading]:
        """Rejected readings chosen by id or by reason, locked, oldest first."""
        chosen = select(RejectedReading).where(RejectedReading.state == "pending").order_by(RejectedReading.id)
        if ids is not None:
            chosen = chosen.where(RejectedReading.id.in_(ids))
        if code is not None:
            chosen = chosen.where(RejectedReading.code == code)
        return (await self.session.scalars(chosen.limit(limit).with_for_update())).all()

    async def close_rejected(self, ids: Sequence[UUID], state: str) -> None:
        await self.session.execute(update(RejectedReading).where(RejectedReading.id.in_(ids)).values(state=state))

    async def put_meter(self, change: DeviceChanged, limit: int | None) -> bool:
        """Follow a device; False when a newer change is known already."""
        await self._appear(change.device_id)
        values = {
            "device_id": change.device_id,
            "name": change.name,
            "owner_id": None if change.deleted else change.owner_id,
            "kind": change.kind,
            "unit": change.unit,
            "time_zone": change.time_zone,
            "hourly_limit": limit,
            "version": change.version,
            "deleted": change.deleted,
        }
        statement = insert(Meter).values({Meter.limit if k == "hourly_limit" else k: v for k, v in values.items()})
        newer = statement.on_conflict_do_update(
            index_elements=["device_id"],
            set_={name: statement.excluded[name] for name in values if name != "device_id"},
            where=Meter.version < statement.excluded["version"],
        )
        return (await self.session.execute(newer.returning(Meter.number))).first() is not None

    async def _appear(self, device_id: UUID) -> None:
        """Wait for batches that keep readings of a device still unknown: once it is known they must be found.

        Batches lock the meters they know; whoever changes one of those waits for its row anyway.
        """
        known = select(Meter.number).where(Meter.device_id == device_id, ~Meter.deleted)
        if await self.session.scalar(known) is None:
            await self.session.execute(select(func.pg_advisory_xact_lock(LOCKS, _share(device_id))))

    async def forget_meter(self, device_id: UUID) -> None:
        """Delete what a deleted device measured."""
        number = (await self.session.scalars(select(Meter.number).where(Meter.device_id == device_id))).one()
        for table in ("readings", "quarter_hours", "hours", "alerts"):
            await self.session.execute(text(f"DELETE FROM {table} WHERE meter = :number"), {"number": number})  # noqa: S608
        await self.session.execute(delete(RejectedReading).where(RejectedReading.device_id == str(device_id)))

    async def forget_owner(self, owner_id: UUID) -> None:
        """A person is gone: no meter and no alert is theirs any more."""
        await self.session.execute(delete(Alert).where(Alert.owner_id == owner_id))
        await self.session.execute(update(Meter).where(Meter.owner_id == owner_id).values(owner_id=None))

    async def count_received(self, minutes: dict[datetime, int]) -> None:
        rows = [{"minute": minute, "readings": count} for minute, count in minutes.items()]
        statement = insert(ReceivedMinute).values(rows)
        await self.session.execute(
            statement.on_conflict_do_update(
                index_elements=["minute"], set_={"readings": ReceivedMinute.readings + statement.excluded.readings}
            )
        )
