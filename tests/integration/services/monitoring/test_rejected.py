"""Rejected readings: stored with the reason, counted, replayed with the rights of their sender, dismissed."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.integration.services.monitoring.conftest import Meters, at, codes, flat, reading

NOON = at(2026, 5, 4, 12)


async def rejected(meters: Meters, state: str = "pending", **query: Any) -> list[Any]:
    return flat(await meters.all_pages("/rejected", state=state, limit=200, **query))


async def test_a_rejected_reading_is_stored_with_its_reason(fresh: Meters) -> None:
    client, nowhere = uuid4(), uuid4()
    receipt = await fresh.post([reading(nowhere, NOON, 0.5), {"timestamp": 1}], by=client)
    assert codes(receipt) == [(0, "unknown_device", "device_id"), (1, "missing_field", "device_id")]
    assert receipt["rejected"][0]["device_id"] == str(nowhere)
    assert receipt["rejected"][0]["timestamp"] == int(NOON.timestamp() * 1000)
    by_code = {item["code"]: item for item in await rejected(fresh)}
    assert by_code["unknown_device"]["payload"] == reading(nowhere, NOON, 0.5)
    assert by_code["unknown_device"]["device_id"] == str(nowhere)
    assert by_code["missing_field"]["payload"] == {"timestamp": 1}
    assert {(item["state"], item["times"]) for item in by_code.values()} == {("pending", 1)}


async def test_equal_rejections_are_one_entry_with_a_count(fresh: Meters) -> None:
    invalid = reading("no such meter", NOON, 1)
    client = uuid4()
    for count in (1, 2, 3):
        await fresh.post([invalid] * count, by=client)
    (item,) = await rejected(fresh)
    assert item["times"] == 6
    (group,) = await fresh.request("GET", "/rejected/summary")
    assert (group["code"], group["count"], group["times"]) == ("unknown_device", 1, 6)
    assert group["latest_at"] == item["received_at"]


async def test_valid_readings_beside_rejected_ones_are_stored_once(fresh: Meters) -> None:
    device = await fresh.device()
    body = [reading(device, NOON, 1), reading(uuid4(), NOON, 1), {"bad": 1}, reading(device, NOON, 1)]
    assert await fresh.counts(body) == (1, 1, 2)
    assert [item["times"] for item in await rejected(fresh)] == [1, 1]


async def test_readings_of_an_unknown_device_are_replayed_when_it_is_created(fresh: Meters) -> None:
    owner, device = uuid4(), uuid4()
    await fresh.counts([reading(device, NOON, 0.2), reading(device, at(2026, 5, 4, 12, 30), 0.2)], by=owner)
    assert len(await rejected(fresh)) == 2
    await fresh.device(device, owner=owner, limit="0.3")
    assert await rejected(fresh) == []
    assert len(await rejected(fresh, "replayed")) == 2
    assert (await fresh.consumption(device, by=owner))["total_kwh"] == 0.4
    assert len(await fresh.alerts(device)) == 1
    await fresh.outbox_published()
    assert fresh.past_alerts_found(device) == 1


async def test_an_administrators_reading_waits_briefly_for_its_device(fresh: Meters) -> None:
    device, known = uuid4(), await fresh.device()
    posting = asyncio.create_task(fresh.counts([reading(device, NOON, 1), reading(known, NOON, 1)]))
    await fresh.device(device)
    assert await posting == (2, 0, 0)
    assert await rejected(fresh) == []


async def test_a_clients_reading_is_not_replayed_for_a_device_of_another_owner(fresh: Meters) -> None:
    device, owner, other = uuid4(), uuid4(), uuid4()
    await fresh.post(reading(device, NOON, 9), by=other)
    await fresh.post(reading(device, at(2026, 5, 4, 13), 1), by=owner)
    await fresh.device(device, owner=owner)
    assert (await fresh.consumption(device))["total_kwh"] == 1
    (pending,) = await rejected(fresh)
    assert pending["payload"]["measurement_value"] == 9


async def test_a_reading_is_replayed_with_the_rights_its_sender_had_when_sending(fresh: Meters) -> None:
    device, user = uuid4(), uuid4()
    await fresh.post(reading(device, NOON, 9), by=user)
    promoted = fresh.running.auth(user, "admin")
    sent = reading(device, at(2026, 5, 4, 13), 1)
    answer = await fresh.running.client.post("/monitoring/readings", headers=promoted, json=sent)
    assert answer.json()["rejected"][0]["code"] == "unknown_device"
    await fresh.device(device, owner=uuid4())
    assert (await fresh.consumption(device))["total_kwh"] == 1


async def test_administrators_replay_by_reason_or_by_id(fresh: Meters) -> None:
    device, client = await fresh.device(owner=uuid4()), uuid4()
    await fresh.post([reading(device, at(2026, 5, 4, hour), 1) for hour in (1, 2, 3)], by=client)
    await fresh.post(reading(uuid4(), NOON, 1), by=client)
    known = [item["id"] for item in await rejected(fresh) if item["device_id"] == str(device)]
    answer = await fresh.request("POST", "/rejected/replay", json={"ids": known[:1]})
    assert answer == {"replayed": 1, "still_rejected": 0}
    answer = await fresh.request("POST", "/rejected/replay", json={"code": "unknown_device"})
    assert answer == {"replayed": 2, "still_rejected": 1}
    assert (await fresh.consumption(device))["total_kwh"] == 3
    assert len(await rejected(fresh, "replayed")) == 3
    assert len(await rejected(fresh)) == 1
    answer = await fresh.request("POST", "/rejected/replay", json={"ids": known})
    assert answer == {"replayed": 0, "still_rejected": 0}


async def test_invalid_readings_stay_rejected_when_replayed(fresh: Meters) -> None:
    await fresh.post([3, {"x": 1}, "NUL \x00", {"device_id": "\x00", "timestamp": 1}, {"t": [{}] * 5_000}])
    items = await rejected(fresh)
    answer = await fresh.request("POST", "/rejected/replay", json={"ids": [item["id"] for item in items]})
    assert answer == {"replayed": 0, "still_rejected": 5}
    assert {item["id"] for item in await rejected(fresh)} == {item["id"] for item in items}


async def test_dismissed_readings_stay_listed_and_cannot_be_replayed(fresh: Meters) -> None:
    await fresh.post([reading(uuid4(), NOON, 1), {"device_id": "x"}])
    assert await fresh.request("POST", "/rejected/dismiss", json={"code": "missing_field"}) == {"dismissed": 1}
    assert [item["code"] for item in await rejected(fresh)] == ["unknown_device"]
    (dismissed,) = await rejected(fresh, "dismissed")
    assert dismissed["payload"] == {"device_id": "x"}
    answer = await fresh.request("POST", "/rejected/replay", json={"ids": [dismissed["id"]]})
    assert answer == {"replayed": 0, "still_rejected": 0}


async def test_pages_of_rejected_readings_have_no_gap_and_no_repeat(fresh: Meters) -> None:
    await fresh.post([{"x": n} for n in range(7)])  # one transaction: all have the same `received_at`
    pages = await fresh.all_pages("/rejected", limit=3)
    assert [len(page) for page in pages] == [3, 3, 1]
    assert {item["payload"]["x"] for item in flat(pages)} == set(range(7))


@pytest.mark.parametrize(
    "body", [{}, {"ids": [str(UUID(int=1))], "code": "wrong_type"}, {"code": "nonsense"}, {"ids": []}]
)
async def test_replay_and_dismiss_take_either_ids_or_a_known_reason(meters: Meters, body: Any) -> None:
    for action in ("replay", "dismiss"):
        await meters.request("POST", f"/rejected/{action}", json=body, expect=422)


async def test_only_administrators_list_replay_and_dismiss(meters: Meters) -> None:
    client = uuid4()
    for method, path in (
        ("GET", "/rejected"),
        ("GET", "/rejected/summary"),
        ("POST", "/rejected/replay"),
        ("POST", "/rejected/dismiss"),
        ("GET", "/fleet"),
    ):
        problem = await meters.request(method, path, by=client, json={"code": "wrong_type"}, expect=403)
        assert problem["code"] == "forbidden"


async def test_a_deleted_device_is_unknown(fresh: Meters) -> None:
    device = await fresh.device()
    await fresh.device(device, deleted=True)
    assert codes(await fresh.post(reading(device, NOON, 1))) == [(0, "unknown_device", "device_id")]


async def test_the_fleet_counts_pending_rejected_readings(fresh: Meters) -> None:
    await fresh.post([{"x": 1}, {"x": 2}])
    fleet = await fresh.request("GET", "/fleet")
    assert fleet["rejected_pending"] == 2
    attention = {name: value for name, value in fleet["attention"][0].items() if value is not None}
    assert attention == {"kind": "rejected", "count": 2}


async def test_many_pending_readings_of_other_users_do_not_hide_the_owners(fresh: Meters) -> None:
    device, owner = uuid4(), uuid4()
    other = uuid4()
    for part in range(2):
        await fresh.post([_minute(device, part * 3_000 + n) for n in range(3_000)], by=other)
    await fresh.post(reading(device, NOON, 1), by=owner)
    await fresh.device(device, owner=owner)
    assert (await fresh.consumption(device))["total_kwh"] == 1


def _minute(device: UUID, n: int) -> dict[str, Any]:
    return {"timestamp": 1_700_000_000_000 + n * 60_000, "device_id": str(device), "measurement_value": 5}
