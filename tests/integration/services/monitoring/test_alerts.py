"""Alerts: who sees and acknowledges them, and how they change."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contor.contracts.alerts import AlertAcknowledged
from tests.integration.services.monitoring.conftest import Meters, at, flat, hours_ago, reading


async def create_alerts(meters: Meters, owner: UUID | None = None, hours: int = 1) -> tuple[UUID, list[Any]]:
    """A new device of `owner`, and its alerts in so many hours, the newest first."""
    device = await meters.device(owner=owner, limit="1")
    await meters.post([reading(device, at(2026, 5, 4, 12) + timedelta(hours=n), 1.2) for n in range(hours)])
    return device, await meters.alerts(device)


async def test_only_the_owner_and_administrators_see_an_alert(meters: Meters) -> None:
    owner = uuid4()
    device, (alert,) = await create_alerts(meters, owner)
    assert (alert["device_id"], alert["owner_id"], alert["kind"]) == (str(device), str(owner), "limit_exceeded")
    assert (alert["severity"], alert["acknowledged_at"], alert["acknowledged_by"]) == ("warning", None, None)
    assert await meters.alerts(device, by=owner) == [alert]
    assert await meters.alerts(device, by=uuid4()) == []


async def test_the_owner_acknowledges_and_repeating_it_changes_nothing(meters: Meters) -> None:
    owner = uuid4()
    device, (alert,) = await create_alerts(meters, owner)
    path = f"/alerts/{alert['id']}/acknowledge"
    done = await meters.request("POST", path, by=owner)
    assert done["acknowledged_by"] == str(owner)
    assert done["acknowledged_at"] is not None
    assert await meters.request("POST", path) == done
    await meters.outbox_published()
    (message,) = meters.published_alerts(AlertAcknowledged, device)
    assert (message.acknowledged_by, message.owner_id) == (owner, owner)


async def test_an_administrator_acknowledges(meters: Meters) -> None:
    _, (alert,) = await create_alerts(meters, uuid4())
    assert (await meters.request("POST", f"/alerts/{alert['id']}/acknowledge"))["acknowledged_at"]


async def test_other_users_cannot_acknowledge(meters: Meters) -> None:
    device, (alert,) = await create_alerts(meters, uuid4())
    other = uuid4()
    await meters.request("POST", f"/alerts/{alert['id']}/acknowledge", by=other, expect=404)
    answer = await meters.request("POST", "/alerts/acknowledge", by=other, json={"ids": [alert["id"]]})
    assert answer == {"acknowledged": 0}
    assert (await meters.alerts(device))[0]["acknowledged_at"] is None
    await meters.request("POST", f"/alerts/{uuid4()}/acknowledge", expect=404)


async def test_acknowledging_several_alerts_counts_them_and_skips_those_of_others(meters: Meters) -> None:
    owner = uuid4()
    devices = [await meters.device(owner=owner, limit="1") for _ in range(5)]
    device = devices[0]
    await meters.post([reading(each, hours_ago(0), 1.2) for each in devices])
    alerts = [alert for each in devices for alert in await meters.alerts(each)]
    assert await meters.request("GET", "/alerts/count?acknowledged=false&past=false", by=owner) == {"count": 5}
    ids = [alert["id"] for alert in alerts[:3]]
    foreign = (await create_alerts(meters, uuid4()))[1][0]["id"]
    answer = await meters.request("POST", "/alerts/acknowledge", by=owner, json={"ids": [*ids, ids[0], foreign]})
    assert answer == {"acknowledged": 3}
    assert await meters.request("GET", "/alerts/count?acknowledged=false&past=false", by=owner) == {"count": 2}
    assert len(await meters.alerts(device, acknowledged=True)) == 1
    assert len(await meters.alerts(devices[4], acknowledged=False)) == 1


@pytest.mark.parametrize("body", [{"ids": []}, {"ids": [str(UUID(int=1))] * 201}, {"ids": ["x"]}])
async def test_acknowledging_several_alerts_takes_1_to_200_ids(meters: Meters, body: Any) -> None:
    problem = await meters.request("POST", "/alerts/acknowledge", json=body, expect=422)
    assert problem["errors"][0]["field"].startswith("ids")


async def test_pages_of_alerts_begin_with_the_newest_hour_and_have_no_gap_or_repeat(meters: Meters) -> None:
    owner = uuid4()
    device, alerts = await create_alerts(meters, owner, hours=7)
    pages = await meters.all_pages("/alerts", by=owner, limit=3)
    assert [len(page) for page in pages] == [3, 3, 1]
    assert flat(pages) == alerts
    assert [a["hour_start"] for a in alerts] == sorted((a["hour_start"] for a in alerts), reverse=True)
    await create_alerts(meters, owner)  # another device with an alert in the same hour
    all_alerts = flat(await meters.all_pages("/alerts", by=owner, limit=1))
    assert len({a["id"] for a in all_alerts}) == len(all_alerts) == 8
    assert flat(await meters.all_pages("/alerts", device_id=str(device), limit=200)) == alerts


async def test_alerts_are_filtered_by_state_and_time(meters: Meters) -> None:
    device, alerts = await create_alerts(meters, hours=4)
    await meters.post(reading(device, at(2026, 5, 4, 12), 0.5))
    assert [a["id"] for a in await meters.alerts(device, state="cleared")] == [alerts[-1]["id"]]
    assert len(await meters.alerts(device, state="active")) == 3
    period = {"from": alerts[2]["hour_start"], "to": alerts[0]["hour_start"]}
    assert await meters.alerts(device, **period) == alerts[1:3]


@pytest.mark.parametrize(
    "query",
    [{}, {"state": "cleared"}, {"acknowledged": "false"}, {"past": "true"}, {"past": "false"}, {"from": "2026-05-04"}],
)
async def test_the_count_of_a_filter_is_the_length_of_its_list(meters: Meters, query: dict[str, Any]) -> None:
    owner = uuid4()
    device, alerts = await create_alerts(meters, owner, hours=4)
    await meters.post(reading(device, at(2026, 5, 4, 12), 0.5))
    await meters.request("POST", f"/alerts/{alerts[0]['id']}/acknowledge")
    if "from" in query:
        query = {"from": alerts[2]["hour_start"]}
    for by in (owner, None):
        listed = await meters.alerts(device, by=by, **query)
        counted = await meters.request("GET", "/alerts/count", by=by, params={"device_id": str(device), **query})
        assert counted == {"count": len(listed)}
    assert await meters.request("GET", "/alerts/count", by=uuid4(), params=query) == {"count": 0}


async def test_an_alert_stays_acknowledged_when_its_hour_gets_more_readings(meters: Meters) -> None:
    device, (alert,) = await create_alerts(meters, uuid4())
    done = await meters.request("POST", f"/alerts/{alert['id']}/acknowledge")
    await meters.post(reading(device, at(2026, 5, 4, 12, 50), 1))
    (now,) = await meters.alerts(device)
    assert (now["id"], now["energy_kwh"], now["severity"]) == (alert["id"], 2.2, "critical")
    assert now["acknowledged_at"] == done["acknowledged_at"]


async def test_a_device_without_a_limit_raises_no_alert(meters: Meters) -> None:
    device = await meters.device()
    await meters.post(reading(device, at(2026, 5, 4, 12), 100_000))
    assert await meters.alerts(device) == []


async def test_a_changed_limit_is_evaluated_with_the_next_reading(meters: Meters) -> None:
    device = await meters.device(limit="10")
    await meters.post(reading(device, at(2026, 5, 4, 12), 5))
    await meters.device(device, limit="4")
    await meters.post(reading(device, at(2026, 5, 4, 12, 30), 0.1))
    (alert,) = await meters.alerts(device)
    assert (alert["limit_kwh"], alert["energy_kwh"]) == (4, 5.1)


async def test_deleting_a_user_deletes_their_alerts_and_leaves_the_meter_without_owner(meters: Meters) -> None:
    owner = uuid4()
    device, _ = await create_alerts(meters, owner)
    await meters.delete_user(owner)
    assert await meters.alerts(device) == []
    await meters.request("GET", f"/devices/{device}/consumption", by=owner, expect=404)
    assert (await meters.consumption(device))["total_kwh"] == 1.2


async def test_an_alert_belongs_to_the_owner_of_its_hour(meters: Meters) -> None:
    owner, next_owner = uuid4(), uuid4()
    device, _ = await create_alerts(meters, owner)
    await meters.device(device, owner=next_owner, owner_since=at(2026, 5, 4, 18), limit="1")
    await meters.post(reading(device, at(2026, 5, 4, 20), 2))
    assert {alert["owner_id"] for alert in await meters.alerts(device)} == {str(owner), str(next_owner)}
    assert len(await meters.alerts(device, by=next_owner)) == 1
    assert len(await meters.alerts(device, by=owner)) == 1
