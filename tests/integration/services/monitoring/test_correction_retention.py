"""Quota and retention of the log of corrections."""

from datetime import timedelta
from uuid import UUID

import pytest

from contor.kernel.clock import now
from contor.kernel.database import raw
from contor.kernel.messaging.retention import first_id
from contor.services.monitoring.service.correction_retention import purge_corrections
from tests.integration.services.monitoring.conftest import Meters, at, flat, reading

LOG = """
INSERT INTO corrections (id, channel, kind, at, previous, replacement, undone_at)
SELECT uuidv7(- $2::interval - n * interval '1 second'), channels.number, $3, n, 1, 2, $5::timestamptz
FROM meters JOIN channels ON channels.meter = meters.number, generate_series(1, $4::int) AS n WHERE device_id = $1
"""


@pytest.fixture(autouse=True)
def small_quota(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contor.services.monitoring.service.correction_retention.MAX_LOGGED", 5)
    monkeypatch.setattr("contor.services.monitoring.service.correction_retention.BATCH", 3)


async def log(meters: Meters, device: UUID, kind: str, count: int, age: timedelta, *, ended: bool = False) -> None:
    """Log corrections a second apart, the newest of this age, at the instants 1, 2 … from the newest on."""
    async with meters.running.context.database.transaction() as session:
        await (await raw(session)).execute(LOG, device, age, kind, count, now() if ended else None)


async def logged(meters: Meters, device: UUID) -> list[tuple[str, str]]:
    items = flat(await meters.all_pages(f"/devices/{device}/corrections", limit=200))
    return [(item["kind"], item["timestamp"][20:-1]) for item in items]


async def test_replaced_values_are_kept_for_400_days(fresh: Meters) -> None:
    device, other = await fresh.device(), await fresh.device()
    for each in (device, other):
        await log(fresh, each, "replaced", 4, timedelta(days=400))
        await log(fresh, each, "deleted", 1, timedelta(days=500))
        await log(fresh, each, "set_aside", 1, timedelta(days=500))
        await log(fresh, each, "replaced", 2, timedelta(days=399))
    await purge_corrections(fresh.running.context.database)
    for each in (device, other):
        kinds = [kind for kind, _ in await logged(fresh, each)]
        assert kinds == ["replaced", "replaced", "set_aside", "deleted"]


async def test_of_each_channel_the_newest_replaced_values_are_kept(fresh: Meters) -> None:
    device, other = await fresh.device(), await fresh.device()
    await log(fresh, device, "replaced", 12, timedelta(0))
    await log(fresh, other, "replaced", 4, timedelta(0))
    await purge_corrections(fresh.running.context.database)
    assert len(await logged(fresh, device)) == 5
    assert len(await logged(fresh, other)) == 4
    assert set(await logged(fresh, device)) == {("replaced", f"{n:03}000") for n in range(1, 6)}


async def test_replaced_values_never_push_out_what_an_administrator_did(fresh: Meters) -> None:
    device = await fresh.device()
    await log(fresh, device, "set_aside", 9, timedelta(days=2))  # in force
    await log(fresh, device, "corrected", 9, timedelta(days=1), ended=True)
    await log(fresh, device, "replaced", 9, timedelta(0))
    await purge_corrections(fresh.running.context.database)
    kinds = [kind for kind, _ in await logged(fresh, device)]
    assert [kinds.count(kind) for kind in ("set_aside", "corrected", "replaced")] == [9, 5, 5]


async def test_the_log_of_a_client_that_replaces_its_readings_for_ever_is_bounded(fresh: Meters) -> None:
    device = await fresh.device()
    for value in range(20):
        await fresh.post(reading(device, at(2026, 5, 4, 12), value))
    await purge_corrections(fresh.running.context.database)
    items = flat(await fresh.all_pages(f"/devices/{device}/corrections", limit=200))
    assert [(item["previous_value"], item["replacement"]) for item in items] == [
        (value - 1, value) for value in range(19, 14, -1)
    ]


async def test_two_replicas_do_not_purge_at_the_same_time(fresh: Meters) -> None:
    device, database = await fresh.device(), fresh.running.context.database
    await log(fresh, device, "replaced", 12, timedelta(0))
    async with database.transaction() as session:
        await (await raw(session)).execute("SELECT pg_advisory_xact_lock(7301945, -1)")
        await purge_corrections(database)
        assert len(await logged(fresh, device)) == 12
    await purge_corrections(database)
    assert len(await logged(fresh, device)) == 5


def test_an_id_begins_with_its_time() -> None:
    moment = now()
    assert first_id(moment).int >> 80 == int(moment.timestamp() * 1000)
