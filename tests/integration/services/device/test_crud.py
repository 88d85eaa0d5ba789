"""Creating, reading, changing and deleting devices, and the published messages."""

import asyncio
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from contor.contracts.devices import DeviceChanged
from tests.integration.services.device.conftest import Devices


async def test_a_created_device_is_returned_with_its_defaults(devices: Devices) -> None:
    created = await devices.create("  Kitchen ", address="Str. Ștefan cel Mare 1", max_hourly_consumption_kwh=0.3)
    assert created == await devices.request("GET", f"/{created['id']}")
    assert created["name"] == "Kitchen"
    assert (created["kind"], created["unit"], created["time_zone"]) == ("interval", "kWh", "Europe/Bucharest")
    assert (created["owner_id"], created["owner"], created["description"]) == (None, None, None)
    assert created["created_at"].endswith("Z")


@pytest.mark.parametrize("limit", [0.000001, 0.3, 123456.123457, 999999.999999, 1_000_000, 2])
async def test_a_limit_is_stored_exactly(devices: Devices, limit: float) -> None:
    created = await devices.create(max_hourly_consumption_kwh=limit)
    assert created["max_hourly_consumption_kwh"] == limit
    message = await devices.changed_message(created["id"], 1)
    assert message.max_hourly_consumption_kwh == Decimal(str(limit))


async def test_a_change_updates_only_the_given_fields_and_is_published(devices: Devices) -> None:
    created = await devices.create("Old", description="cellar", unit="Wh")
    changed = await devices.request("PATCH", f"/{created['id']}", json={"name": "New", "address": "Iași"})
    assert changed == created | {"name": "New", "address": "Iași", "updated_at": changed["updated_at"]}
    assert changed["updated_at"] > created["updated_at"]
    message = await devices.changed_message(created["id"], 2)
    assert (message.name, message.deleted, message.previous_owner_id, message.unit) == ("New", False, None, "Wh")


async def test_an_update_without_a_change_publishes_nothing(devices: Devices) -> None:
    created = await devices.create("Same", description=None)
    same = await devices.request("PATCH", f"/{created['id']}", json={"name": "Same", "kind": "interval", "unit": "kWh"})
    assert same == created
    await devices.request("PATCH", f"/{created['id']}", json={"name": "Other"})
    assert (await devices.changed_message(created["id"], 2)).name == "Other"


async def test_null_clears_a_description(devices: Devices) -> None:
    created = await devices.create(description="cellar")
    assert (await devices.request("PATCH", f"/{created['id']}", json={"description": None}))["description"] is None


async def test_a_deleted_device_is_published_with_its_previous_owner(devices: Devices) -> None:
    owner = await devices.create_owner()
    created = await devices.create(owner_id=str(owner))
    await devices.request("DELETE", f"/{created['id']}", expect=204)
    await devices.request("GET", f"/{created['id']}", expect=404)
    await devices.request("DELETE", f"/{created['id']}", expect=404)
    message = await devices.changed_message(created["id"], 2)
    assert (message.deleted, message.owner_id, message.previous_owner_id) == (True, None, owner)


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("PATCH", ""), ("DELETE", ""), ("PUT", "/owner")])
async def test_an_unknown_device_is_not_found(devices: Devices, method: str, path: str) -> None:
    bodies: dict[str, Any] = {"PATCH": {"name": "x"}, "PUT": {"owner_id": None}}
    await devices.request(method, f"/{uuid4()}{path}", expect=404, json=bodies.get(method))


async def test_concurrent_changes_are_all_applied_and_counted(devices: Devices) -> None:
    created = await devices.create()
    fields = {"name": "n", "description": "d", "address": "a", "time_zone": "UTC", "max_hourly_consumption_kwh": 7}
    path = f"/{created['id']}"
    await asyncio.gather(*(devices.request("PATCH", path, json={k: v}) for k, v in fields.items()))
    final = await devices.request("GET", path)
    assert final == created | fields | {"updated_at": final["updated_at"], "limit_since": final["limit_since"]}
    message = await devices.changed_message(created["id"], 6)
    assert isinstance(message, DeviceChanged)
    assert (message.name, message.time_zone, message.max_hourly_consumption_kwh) == ("n", "UTC", Decimal(7))
