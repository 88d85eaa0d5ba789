"""The replica of devices in monitoring, and the data deleted with a device."""

import asyncio
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from contor.kernel.errors import NotFound
from contor.kernel.identity import Identity
from contor.kernel.messaging.message import Envelope
from contor.services.monitoring.repository.access import require_meter
from contor.services.monitoring.repository.consumption import fetch_sums
from tests.integration.services.monitoring.conftest import Meters, at, reading
from tests.waiting import until

NOON = at(2026, 5, 4, 12)


async def test_a_deletion_removes_all_data_of_the_device(meters: Meters) -> None:
    owner = uuid4()
    device = await meters.device(owner=owner, limit="1")
    await meters.post([reading(device, NOON, 2)], by=owner)
    await meters.post([reading(device, NOON, 2)], by=uuid4())
    await meters.device(device, deleted=True)
    await meters.request("GET", f"/devices/{device}/consumption", expect=404)
    assert await meters.alerts(device) == []
    async with meters.running.context.database.transaction() as session:
        number = (await session.execute(text("SELECT number FROM meters WHERE device_id = :d"), {"d": device})).scalar()
        tables = {"readings": "channel", "quarter_hours": "channel", "hours": "channel", "corrections": "channel"}
        tables |= {"channels": "meter", "alerts": "meter", "meter_history": "meter"}
        for table, column in tables.items():
            found = await session.execute(text(f"SELECT count(*) FROM {table} WHERE {column} = :n"), {"n": number})  # noqa: S608
            assert found.scalar() == 0
        rejected = text("SELECT count(*) FROM rejected_readings WHERE device_id = :d")
        assert (await session.execute(rejected, {"d": str(device)})).scalar() == 0


async def test_an_older_change_is_ignored(meters: Meters) -> None:
    owner, former = uuid4(), uuid4()
    device = await meters.device(owner=owner, version=5, limit="2")
    await meters.device(device, owner=former, version=3, limit="1", zone="Asia/Tokyo")
    summary = await meters.request("GET", f"/devices/{device}/summary", by=owner)
    assert (summary["time_zone"], summary["limit_kwh"]) == ("Europe/Bucharest", 2)
    await meters.request("GET", f"/devices/{device}/consumption", by=former, expect=404)


async def test_an_older_change_does_not_undo_a_deletion(meters: Meters) -> None:
    device = await meters.device(deleted=True, version=7)
    await meters.device(device, version=6)
    await meters.request("GET", f"/devices/{device}/summary", expect=404)


async def test_a_change_delivered_twice_changes_nothing(meters: Meters) -> None:
    owner, device = uuid4(), uuid4()
    change = meters.change(device, owner=owner)
    for _ in range(3):
        await meters.running.bus.publish(Envelope.of(change))
    assert (await meters.consumption(device, by=owner))["total_kwh"] == 0


async def test_a_new_owner_sees_the_whole_history(meters: Meters) -> None:
    first, second = uuid4(), uuid4()
    device = await meters.device(owner=first)
    await meters.post(reading(device, NOON, 1), by=first)
    await meters.device(device, owner=second)
    assert (await meters.consumption(device, by=second))["total_kwh"] == 1
    await meters.request("GET", f"/devices/{device}/consumption", by=first, expect=404)
    assert await meters.counts(reading(device, NOON, 2), by=first) == (0, 0, 1)


async def test_a_changed_unit_holds_for_later_readings(meters: Meters) -> None:
    device = await meters.device(unit="kWh")
    await meters.post(reading(device, NOON, 1))
    await meters.device(device, unit="Wh")
    await meters.post(reading(device, at(2026, 5, 4, 13), 500))
    assert (await meters.consumption(device))["total_kwh"] == 1.5


async def while_changing(meters: Meters, device: UUID, change: str, sent: object, *, by: UUID | None = None) -> object:
    """The counts of a reading sent before the change of its meter is committed."""
    database = meters.running.context.database
    blocked = text(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%FOR NO KEY UPDATE%'"
    )

    async def waits() -> bool:
        async with database.transaction() as session:
            return bool((await session.execute(blocked)).scalar_one())

    async with database.transaction() as session:
        await session.execute(text("UPDATE meters SET name = name WHERE device_id = :d"), {"d": device})
        meter = "meter = (SELECT number FROM meters WHERE device_id = :d)"
        await session.execute(text(f"{change} AND {meter}"), {"d": device})
        answer = asyncio.create_task(meters.counts(sent, by=by))
        await until(waits, what="the reading waiting for its meter")
    return await answer


@pytest.mark.parametrize("cached", [True, False])
async def test_a_reading_waits_for_an_uncommitted_change_of_its_meter(fresh: Meters, cached: bool) -> None:
    device = await fresh.device(unit="kWh", limit="1")
    if cached:
        await fresh.post(reading(device, NOON, 0))
    late = reading(device, at(2026, 5, 4, 12, 20), 1500)
    assert await while_changing(fresh, device, "UPDATE channels SET unit = 'Wh' WHERE true", late) == (1, 0, 0)
    assert (await fresh.consumption(device))["total_kwh"] == 1.5
    assert [alert["energy_kwh"] for alert in await fresh.alerts(device)] == [1.5]


async def test_a_cached_former_owner_is_rejected(fresh: Meters) -> None:
    owner = uuid4()
    device = await fresh.device(owner=owner)
    await fresh.post(reading(device, NOON, 1), by=owner)
    late = reading(device, at(2026, 5, 4, 12, 20), 5)
    assert await while_changing(
        fresh, device, "UPDATE meter_history SET value = NULL WHERE subject = 'owner'", late, by=owner
    ) == (0, 0, 1)
    assert (await fresh.consumption(device))["total_kwh"] == 1


async def test_a_new_owner_is_accepted_although_the_former_is_cached(meters: Meters) -> None:
    first, second = uuid4(), uuid4()
    device = await meters.device(owner=first)
    await meters.post(reading(device, NOON, 1), by=first)
    await meters.device(device, owner=second)
    assert await meters.counts(reading(device, at(2026, 5, 4, 13), 2), by=second) == (1, 0, 0)


async def test_a_load_profile_of_a_device_that_is_deleted_meanwhile_is_not_found(meters: Meters) -> None:
    device = await meters.device(limit="1")
    identity = Identity(uuid4(), "admin", uuid4(), 0, "")
    async with meters.running.context.database.autocommit() as connection:
        meter = await require_meter(connection, device, identity)
        await meters.device(device, deleted=True)
        with pytest.raises(NotFound):
            await fetch_sums(connection, meter, [0, 4], 4)
