"""Several replicas on one database: the result does not depend on which stores which batch, or in what order."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from uuid import UUID, uuid4

import asyncpg
import pytest

from contor.contracts.alerts import PastAlertsFound
from contor.kernel.database import Database
from contor.services.monitoring.ingestion.batch_writer import BatchWriter
from contor.services.monitoring.metering.intervals import Interval
from contor.services.monitoring.metering.kinds import interval
from contor.services.monitoring.metering.slots import hour_of, slot_of
from contor.services.monitoring.metering.units import UWH_PER_KWH
from contor.services.monitoring.settings import MonitoringSettings
from tests.integration.services.monitoring.conftest import Meters
from tests.waiting import until

REPLICAS = 3
DEVICES = 6
READINGS = 150
LIMIT = 300_000_000
ZONES = ("Europe/Bucharest", "Asia/Kolkata")
# The ends of months: the replicas create partitions concurrently.
DAYS = [datetime(2026, month, 1, tzinfo=UTC) for month in range(1, 8)]
BLOCKED = (
    "SELECT count(*) FROM pg_stat_clear_snapshot(), pg_stat_activity "
    "WHERE datname = current_database() AND wait_event_type = 'Lock'"
)
METERS = "JOIN channels ON channels.number = channel JOIN meters ON meters.number = channels.meter"
Readings = dict[tuple[UUID, int], int]


@dataclass(frozen=True)
class Expected:
    """What the database must hold, as a function of the set of readings."""

    quarters: dict[tuple[UUID, int], int]
    hours: dict[tuple[UUID, int], int]

    @classmethod
    def of(cls, readings: Readings, zone: str) -> "Expected":
        quarters: dict[tuple[UUID, int], int] = {}
        hours: dict[tuple[UUID, int], int] = {}
        for device in {device for device, _ in readings}:
            own = {at_ms: energy for (d, at_ms), energy in readings.items() if d == device}
            for slot, energy in interval.profile(own, Interval()).items():
                quarters[device, slot] = energy
                hour = (device, hour_of(slot, zone)[0])
                hours[hour] = hours.get(hour, 0) + energy
        return cls(quarters, hours)

    @property
    def over(self) -> set[tuple[UUID, int]]:
        return {hour for hour, energy in self.hours.items() if energy > LIMIT}


@contextlib.asynccontextmanager
async def replicas(meters: Meters) -> AsyncIterator[list[BatchWriter]]:
    """Batch writers with caches and connection pools of their own, as in separate processes."""
    context = meters.running.context
    async with contextlib.AsyncExitStack() as stack:
        started = []
        for _ in range(REPLICAS):
            database = Database(context.database.url)
            stack.push_async_callback(database.close)
            settings = MonitoringSettings(batch_readings=100)
            writer = BatchWriter(database, settings, on_stored=lambda _: None)
            await stack.enter_async_context(writer.running())
            started.append(writer)
        yield started


def bodies(readings: Readings, chance: Random) -> list[bytes]:
    """Messages of all forms, in any order, with every reading at least once and some twice."""
    items = list(readings.items())
    items += chance.choices(items, k=len(items) // 2)
    chance.shuffle(items)
    made: list[bytes] = []
    while items:
        part = [items.pop() for _ in range(min(len(items), chance.choice((1, 1, 1, 5, 20))))]
        sent = [
            {"timestamp": at_ms, "device_id": str(device), "measurement_value": energy / UWH_PER_KWH}
            for (device, at_ms), energy in part
        ]
        made.append(json.dumps(sent[0] if len(sent) == 1 else sent).encode())
        if chance.random() < 0.1:
            unknown = UUID(int=chance.randrange(4), version=4)
            made.append(chance.choice((b"garbage", b"{}", json.dumps(sent[0] | {"device_id": str(unknown)}).encode())))
    return made


async def deliver(writers: list[BatchWriter], messages: list[bytes], chance: Random) -> None:
    """Send each message to one replica or, as after a lost acknowledgement, to two, in concurrent batches."""

    async def work(writer: BatchWriter, own: list[bytes]) -> None:
        while own:
            size = chance.choice((1, 5, 50))
            batch, own = own[:size], own[size:]
            await writer.write_messages(batch)

    shares: list[list[bytes]] = [[] for _ in writers]
    for message in messages:
        for share in chance.sample(shares, 2 if chance.random() < 0.2 else 1):
            share.append(message)
    # Several workers a replica, so that batches meet at every step of a transaction.
    await asyncio.gather(
        *(work(writer, share[n::3]) for writer, share in zip(writers, shares, strict=True) for n in range(3))
    )


def corrected(readings: Readings, zone: str, chance: Random) -> Readings:
    """A third of the readings with other values; within an hour all lower or all higher, so that in any order it
    exceeds its limit at most once."""
    higher: dict[tuple[UUID, int], bool] = {}
    changed: Readings = {}
    for device, at_ms in sorted(readings):
        if chance.random() < 1 / 3:
            hour = (device, hour_of(slot_of(at_ms), zone)[0])
            energy = readings[device, at_ms]
            up = higher.setdefault(hour, chance.random() < 0.5)
            changed[device, at_ms] = (
                energy + chance.randrange(1, 90_000_000) if up else energy // chance.choice((2, 10))
            )
    return {key: energy for key, energy in changed.items() if energy != readings[key]}


@pytest.mark.parametrize("seed", range(6))
async def test_competing_replicas_store_what_one_would(fresh: Meters, seed: int) -> None:
    chance = Random(seed)
    zone = ZONES[seed % len(ZONES)]
    devices = [await fresh.device(zone=zone, limit=str(LIMIT / UWH_PER_KWH)) for _ in range(DEVICES)]
    first: Readings = {}
    for _ in range(DEVICES * READINGS):
        at = chance.choice(DAYS).timestamp() * 1000 + chance.randrange(-4, 4) * 900_000 + chance.randrange(900_000)
        first[chance.choice(devices), int(at)] = chance.randrange(60_000_000)
    later = corrected(first, zone, chance)
    async with replicas(fresh) as writers:
        await deliver(writers, bodies(first, chance), chance)
        await check(fresh, first, zone, raised=Expected.of(first, zone).over)
        # Without the original values of the corrected readings: of two values the later transaction's is stored.
        rest = {key: energy for key, energy in first.items() if key not in later}
        await deliver(writers, bodies(rest | later, chance), chance)
    before, after = Expected.of(first, zone).over, Expected.of(first | later, zone).over
    assert before - after
    assert after - before
    await check(fresh, first | later, zone, raised=before | after)


async def check(meters: Meters, readings: Readings, zone: str, *, raised: set[tuple[UUID, int]]) -> None:
    expected = Expected.of(readings, zone)
    connection = await asyncpg.connect(meters.running.context.database.url)
    try:
        rows = await connection.fetch(f"SELECT device_id, at, value FROM readings {METERS}")  # noqa: S608
        assert {(row["device_id"], row["at"]): row["value"] for row in rows} == readings
        rows = await connection.fetch(f"SELECT device_id, slot, energy FROM quarter_hours {METERS}")  # noqa: S608
        assert {(row["device_id"], row["slot"]): row["energy"] for row in rows} == expected.quarters
        rows = await connection.fetch(
            "SELECT device_id, extract(epoch FROM hour_start)::bigint / 900 AS slot, energy, state, raised_times "
            "FROM alerts JOIN meters ON meter = number"
        )
        alerts = {(row["device_id"], int(row["slot"])): row for row in rows}
        assert len(alerts) == len(rows)
        assert {hour for hour, alert in alerts.items() if alert["state"] == "active"} == expected.over
        assert alerts.keys() == raised
        assert {hour: alert["energy"] for hour, alert in alerts.items()} == {h: expected.hours[h] for h in alerts}
        lost = await connection.fetchval("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        assert lost == 0
    finally:
        await connection.close()
    await meters.outbox_published()
    found = [message.found.count for message in meters.running.published if isinstance(message, PastAlertsFound)]
    assert sum(found) == sum(alert["raised_times"] for alert in alerts.values())


async def test_replicas_create_the_partition_of_a_new_month_once(fresh: Meters) -> None:
    """Each has a meter of its own, so that they share no other lock."""
    devices = [await fresh.device() for _ in range(REPLICAS)]
    months = [datetime(year, month, 3, tzinfo=UTC) for year in (2023, 2024, 2025) for month in range(1, 13)]
    async with replicas(fresh) as writers:
        for month in months:
            at_ms = int(month.timestamp() * 1000)
            sent = [{"timestamp": at_ms, "device_id": str(device), "measurement_value": 1} for device in devices]
            writes = zip(writers, sent, strict=True)
            await asyncio.gather(*(writer.write_messages([json.dumps(item).encode()]) for writer, item in writes))
    totals = [(await fresh.consumption(device, resolution="month"))["total_kwh"] for device in devices]
    assert totals == [len(months)] * REPLICAS


async def test_a_batch_that_was_the_victim_of_a_deadlock_is_stored(fresh: Meters) -> None:
    """It is retried."""
    known = await fresh.device()
    items = [
        {"timestamp": 1_780_000_000_000, "device_id": str(device), "measurement_value": 1}
        for device in (known, uuid4())
    ]
    other = await asyncpg.connect(fresh.running.context.database.url)
    try:
        await other.execute("SET deadlock_timeout = '1min'")  # so that the batch detects the deadlock and is the victim
        async with other.transaction():
            await other.execute("LOCK TABLE rejected_readings IN ACCESS EXCLUSIVE MODE")
            writer = fresh.running.context.resource(BatchWriter)
            writing = asyncio.create_task(writer.write_messages([json.dumps(item).encode() for item in items]))
            await until(lambda: other.fetchval(BLOCKED), what="the batch to hold its meter and wait")
            await other.execute("SELECT FROM meters WHERE device_id = $1 FOR UPDATE", known)
        await writing
        assert await other.fetchval("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()") == 1
    finally:
        await other.close()
    assert (await fresh.consumption(known))["total_kwh"] == 1
