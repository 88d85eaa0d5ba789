"""Alerts when limits, owners and time zones change, and for hours that are long past or have not begun."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contor.contracts.alerts import AlertsAcknowledged, HourlyLimitExceeded, HourlyLimitRestored
from contor.kernel.clock import now
from contor.kernel.database import raw
from contor.services.monitoring.ingestion import limits
from contor.services.monitoring.ingestion.reading_rules import check_items
from contor.services.monitoring.ingestion.store_batch import store_batch
from contor.services.monitoring.ingestion.submission import Submission
from tests.integration.services.monitoring.conftest import Meters, at, hours_ago, reading
from tests.integration.services.monitoring.fixed_clock import fixed_clock

ZONES = ["Europe/Bucharest", "Asia/Kolkata"]
"""Whole hours from UTC, and half."""


def local_hour(zone: str, ago: int = 0) -> datetime:
    """The start of the running local hour, or of one so many hours before."""
    instant = now().replace(second=0, microsecond=0)
    offset = 30 if zone == "Asia/Kolkata" else 0
    return instant - timedelta(minutes=(instant.minute - offset) % 60, hours=ago)


def facts(alerts: list[Any]) -> list[tuple[str, float, float]]:
    return [(alert["state"], alert["energy_kwh"], alert["limit_kwh"]) for alert in alerts]


async def raised(meters: Meters, device: UUID) -> int:
    await meters.outbox_published()
    return len(meters.published_alerts(HourlyLimitExceeded, device))


@pytest.mark.parametrize("zone", ZONES)
async def test_a_lowered_limit_raises_an_alert_at_once(meters: Meters, zone: str) -> None:
    device = await meters.device(limit="2", zone=zone)
    await meters.post(reading(device, local_hour(zone), 1.2))
    assert await meters.alerts(device) == []
    await meters.device(device, limit="1", zone=zone, limit_since=now())
    assert facts(await meters.alerts(device)) == [("active", 1.2, 1)]
    assert await raised(meters, device) == 1


@pytest.mark.parametrize("zone", ZONES)
async def test_a_raised_limit_clears_the_alert_of_the_running_hour_at_once(meters: Meters, zone: str) -> None:
    device = await meters.device(limit="1", zone=zone)
    await meters.post(reading(device, local_hour(zone), 1.2))
    await meters.device(device, limit="3", zone=zone, limit_since=now())
    assert facts(await meters.alerts(device)) == [("cleared", 1.2, 3)]
    await meters.post(reading(device, local_hour(zone) + timedelta(seconds=1), 0.1))
    assert facts(await meters.alerts(device)) == [("cleared", 1.3, 3)]
    await meters.post(reading(device, local_hour(zone) + timedelta(seconds=2), 2))
    assert facts(await meters.alerts(device)) == [("active", 3.3, 3)]
    assert await raised(meters, device) == 2


@pytest.mark.parametrize("zone", ZONES)
async def test_an_earlier_hour_keeps_the_limit_of_its_time(meters: Meters, zone: str) -> None:
    device = await meters.device(limit="1", zone=zone)
    await meters.device(device, limit="5", zone=zone, limit_since=now())
    for ago in (0, 1):
        await meters.post(reading(device, local_hour(zone, ago), 2))
    (alert,) = await meters.alerts(device)
    assert (alert["limit_kwh"], datetime.fromisoformat(alert["hour_start"])) == (1, local_hour(zone, 1))


async def test_a_late_reading_in_an_old_hour_is_held_to_the_limit_of_that_time(meters: Meters) -> None:
    device = await meters.device(limit="2")
    await meters.post(reading(device, at(2026, 5, 4, 12), 1.2))
    await meters.device(device, limit="1", limit_since=now())
    await meters.post(reading(device, at(2026, 5, 4, 12, 30), 0.001))
    assert await meters.alerts(device) == []


async def test_the_history_is_the_same_in_whatever_order_the_versions_arrive(meters: Meters) -> None:
    first, second = hours_ago(5), hours_ago(3)
    versions = [
        {"version": 1, "limit": "1"},
        {"version": 2, "limit": "2", "limit_since": first},
        {"version": 3, "limit": "3", "limit_since": second},
    ]
    found = []
    for order in ((0, 1, 2), (2, 1, 0), (1, 0, 2), (2, 0, 1)):
        device = uuid4()
        for n in order:
            await meters.device(device, **versions[n])
        await meters.post([reading(device, hours_ago(ago), 5) for ago in (6, 4, 2)])
        found.append([alert["limit_kwh"] for alert in await meters.alerts(device)])
    assert found == [[3, 2, 1]] * 4


async def test_each_owner_of_an_hour_has_an_alert_for_their_own_part(meters: Meters) -> None:
    first, second = uuid4(), uuid4()
    hour = hours_ago(1)
    device = await meters.device(limit="1", owner=first)
    await meters.post(reading(device, hour, 1.2))
    await meters.device(device, limit="1", owner=second, owner_since=hour + timedelta(minutes=30))
    await meters.post(reading(device, hour + timedelta(minutes=40), 3.3))
    assert facts(await meters.alerts(device, by=first)) == [("active", 1.2, 1)]
    (alert,) = await meters.alerts(device, by=second)
    assert (alert["energy_kwh"], datetime.fromisoformat(alert["hour_start"])) == (3.3, hour + timedelta(minutes=30))
    assert len(await meters.alerts(device)) == 2


async def test_a_change_of_owner_in_the_past_moves_energy_and_alerts(meters: Meters) -> None:
    first, second = uuid4(), uuid4()
    device = await meters.device(limit="1", owner=first)
    await meters.post([reading(device, hours_ago(ago), 1.2) for ago in (3, 2, 1)])
    await meters.device(device, limit="1", owner=second, owner_since=hours_ago(2))
    assert len(await meters.alerts(device, by=first)) == 1
    assert len(await meters.alerts(device, by=second)) == 2


async def test_an_owner_sends_readings_of_the_time_in_which_the_meter_is_theirs(meters: Meters) -> None:
    first, second = uuid4(), uuid4()
    device = await meters.device(owner=first)
    await meters.device(device, owner=second, owner_since=hours_ago(2))
    for sender, ago, accepted in ((first, 3, 1), (first, 1, 0), (second, 3, 0), (second, 1, 1)):
        receipt = await meters.post(reading(device, hours_ago(ago), 1), by=sender)
        assert receipt["accepted"] == accepted
        assert [rejection["code"] for rejection in receipt["rejected"]] == ["not_owner_then"] * (1 - accepted)
    assert (await meters.consumption(device))["total_kwh"] == 2


async def test_a_replayed_reading_never_replaces_a_stored_one(fresh: Meters) -> None:
    stranger = uuid4()
    device = await fresh.device()
    await fresh.post(reading(device, hours_ago(3), 1), by=stranger)
    await fresh.post(reading(device, hours_ago(2), 1), by=stranger)
    await fresh.post(reading(device, hours_ago(3), 2))
    await fresh.device(device, owner=stranger, owner_since=hours_ago(1))
    readings = await fresh.request("GET", f"/devices/{device}/readings")
    assert [item["measurement_value"] for item in readings["items"]] == [2, 1]
    (rejected,) = (await fresh.request("GET", "/rejected"))["items"]
    assert rejected["code"] == "value_exists"


async def test_a_former_owners_readings_are_not_believed_when_the_meter_comes_back(meters: Meters) -> None:
    first, second = uuid4(), uuid4()
    device = await meters.device(owner=first)
    await meters.device(device, owner=second, owner_since=hours_ago(4))
    await meters.post(reading(device, hours_ago(3), 9), by=first)
    await meters.device(device, owner=first, owner_since=hours_ago(2))
    assert (await meters.consumption(device))["total_kwh"] == 0


async def test_a_changed_time_zone_evaluates_the_running_day_anew(meters: Meters) -> None:
    """0.9 kWh each in two quarter hours of one hour in UTC, which are of two hours in Kolkata."""
    today, yesterday = datetime(2026, 6, 17, 9, tzinfo=UTC), datetime(2026, 6, 16, 9, tzinfo=UTC)
    with fixed_clock(today + timedelta(hours=1, minutes=50)):
        device = await meters.device(limit="1", zone="Etc/UTC")
        quarters = [timedelta(minutes=15), timedelta(minutes=45)]
        await meters.post([reading(device, day + quarter, 0.9) for day in (today, yesterday) for quarter in quarters])
        assert len(await meters.alerts(device)) == 2
        await meters.device(device, limit="1", zone="Asia/Kolkata", zone_since=now())
        (earlier,) = await meters.alerts(device)
        assert (datetime.fromisoformat(earlier["hour_start"]), earlier["state"]) == (yesterday, "active")
        await meters.outbox_published()
        (cleared,) = meters.published_alerts(HourlyLimitRestored, device)
        assert cleared.hour_start == today


async def test_past_hours_are_recorded_with_one_notice_for_all(meters: Meters) -> None:
    owner = uuid4()
    device = await meters.device(limit="1", owner=owner)
    await meters.post([reading(device, at(2026, 5, 1) + timedelta(hours=n), 1.2) for n in range(412)])
    await meters.outbox_published()
    assert meters.published_alerts(HourlyLimitExceeded, device) == []
    assert meters.past_alerts_found(device) == 412
    assert await meters.request("GET", "/alerts/count?acknowledged=false&past=false", by=owner) == {"count": 0}
    assert {alert["past"] for alert in await meters.alerts(device, by=owner)} == {True}
    assert len(await meters.alerts(device, by=owner, past=False)) == 0


async def test_all_alerts_of_a_filter_are_acknowledged_in_one_call(meters: Meters) -> None:
    owner, other = uuid4(), uuid4()
    device, foreign = await meters.device(limit="1", owner=owner), await meters.device(limit="1", owner=other)
    await meters.post(
        [reading(each, at(2026, 5, 1) + timedelta(hours=n), 2) for each in (device, foreign) for n in range(300)]
    )
    await meters.post(reading(device, hours_ago(0), 2))
    body = {"filter": {"past": True, "to": at(2026, 5, 5).isoformat()}}
    assert await meters.request("POST", "/alerts/acknowledge", by=owner, json=body) == {"acknowledged": 96}
    body = {"filter": {"device_id": str(device)}}
    assert await meters.request("POST", "/alerts/acknowledge", by=owner, json=body) == {"acknowledged": 205}
    assert {alert["acknowledged_by"] for alert in await meters.alerts(foreign)} == {None}
    await meters.outbox_published()
    counts = [
        m.count for m in meters.running.published if isinstance(m, AlertsAcknowledged) and m.acknowledged_by == owner
    ]
    assert counts == [96, 205]


@pytest.mark.parametrize(
    "body", [{}, {"ids": [str(uuid4())], "filter": {}}, {"filter": {"begin": 1}}, {"filter": {"from": "x"}}]
)
async def test_alerts_are_acknowledged_by_ids_or_by_a_filter(meters: Meters, body: Any) -> None:
    await meters.request("POST", "/alerts/acknowledge", json=body, expect=422)


async def test_an_hour_that_has_not_begun_raises_no_alert_until_it_begins(
    fresh: Meters, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = await fresh.device(limit="1")
    before, after = hours_ago(0, 59), hours_ago(-1, 1)
    with monkeypatch.context() as clock:
        clock.setattr(limits, "now", lambda: before)
        ahead = reading(device, hours_ago(-1), 2)
        async with fresh.running.context.database.transaction() as session:
            await store(session, ahead)
    assert await fresh.alerts(device) == []
    with monkeypatch.context() as clock:
        clock.setattr(limits, "now", lambda: after)
        await limits.evaluate_begun_hours(fresh.running.context.database)
    assert facts(await fresh.alerts(device)) == [("active", 2, 1)]
    await fresh.outbox_published()
    assert len(fresh.published_alerts(HourlyLimitExceeded, device)) == 1
    assert fresh.published_alerts(HourlyLimitRestored, device) == []


async def store(session: Any, item: dict[str, Any]) -> None:
    """Store a reading as if it were accepted, however far ahead it is."""
    submission = Submission(check_items([item], 2**62), None, by_admin=True)
    await store_batch(await raw(session), [submission])
