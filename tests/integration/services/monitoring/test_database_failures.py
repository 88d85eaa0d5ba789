"""Failures of the database during a batch: it is stored once, or not at all, and the sender learns which."""

import asyncio

import asyncpg

from tests.integration.services.monitoring.conftest import Meters, at, reading
from tests.waiting import until

NOON = at(2026, 5, 4, 12)
CUT = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> $1"


async def test_readings_are_stored_after_every_connection_was_terminated(fresh: Meters) -> None:
    device = await fresh.device(limit="0.5")
    await fresh.post(reading(device, NOON, 0.1))
    other = await asyncpg.connect(fresh.running.context.database.url)
    try:
        assert await other.fetchval(CUT, other.get_server_pid()) > 0
    finally:
        await other.close()
    assert await fresh.counts(reading(device, at(2026, 5, 4, 12, 30), 1)) == (1, 0, 0)
    assert (await fresh.consumption(device))["total_kwh"] == 1.1
    assert len(await fresh.alerts(device)) == 1


async def test_a_batch_whose_connection_is_terminated_is_stored_once(fresh: Meters) -> None:
    device = await fresh.device(limit="0.5")
    other = await asyncpg.connect(fresh.running.context.database.url)
    try:
        async with other.transaction():
            await other.execute("SELECT 1 FROM meters FOR UPDATE")
            posting = [
                asyncio.create_task(fresh.counts(reading(device, at(2026, 5, 4, 12, minute), 0.6))) for minute in (0, 1)
            ]
            # In a transaction the view is a snapshot: without clearing it every query returns the first result.
            blocked = (
                "SELECT count(*) FROM pg_stat_clear_snapshot(), pg_stat_activity "
                "WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            await until(lambda: other.fetchval(blocked), what="the batch to wait for its meter")
            assert await other.fetchval(f"{CUT} AND wait_event_type = 'Lock'", other.get_server_pid()) == 1
        assert await asyncio.gather(*posting) == [(1, 0, 0), (1, 0, 0)]
    finally:
        await other.close()
    assert (await fresh.consumption(device))["total_kwh"] == 1.2
    (alert,) = await fresh.alerts(device)
    assert alert["energy_kwh"] == 1.2


async def test_a_submission_that_fails_does_not_fail_the_others_of_its_batch(fresh: Meters) -> None:
    """The time zone of one meter is unknown on this machine."""
    device, broken = await fresh.device(limit="1"), await fresh.device(limit="1", zone="Nowhere/Land")
    headers = fresh.running.admin()

    async def post(body: object) -> int:
        return (await fresh.running.client.post("/monitoring/readings", json=body, headers=headers)).status_code

    answers = tuple(await asyncio.gather(post(reading(broken, NOON, 1)), post(reading(device, NOON, 1))))
    assert answers == (500, 202)
    assert (await fresh.consumption(device))["total_kwh"] == 1
