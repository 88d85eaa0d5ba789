"""Who may read and who may change devices."""

from typing import Any
from uuid import uuid4

import pytest

from tests.integration.services.device.conftest import Devices


async def test_clients_read_and_list_only_their_own_devices(devices: Devices) -> None:
    ana, dan = await devices.create_owner("ana"), await devices.create_owner("dan")
    hers = await devices.create("Hers", owner_id=str(ana))
    his = await devices.create("His", owner_id=str(dan))
    await devices.create("Unassigned")
    assert await devices.names(by=ana) == ["Hers"]
    assert await devices.request("GET", f"/{hers['id']}", by=ana) == hers
    await devices.request("GET", f"/{his['id']}", by=ana, expect=404)
    assert await devices.names() == ["Hers", "His", "Unassigned"]


async def test_no_filter_shows_a_client_the_devices_of_others(devices: Devices) -> None:
    ana, dan = await devices.create_owner("ana"), await devices.create_owner("dan")
    await devices.create("His", owner_id=str(dan))
    await devices.create("Unassigned")
    assert await devices.names(by=ana, owner_id=str(dan)) == []
    assert await devices.names(by=ana, unassigned="true") == []
    assert await devices.names(by=ana, q="his") == []


async def test_another_owners_device_is_not_found_like_an_unknown_one(devices: Devices) -> None:
    foreign = await devices.create()
    one = await devices.request("GET", f"/{foreign['id']}", by=uuid4(), expect=404)
    other = await devices.request("GET", f"/{uuid4()}", by=uuid4(), expect=404)
    assert one | {"request_id": None} == other | {"request_id": None}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "", {"name": "x", "max_hourly_consumption_kwh": 1}),
        ("PATCH", "/{id}", {"name": "x"}),
        ("DELETE", "/{id}", None),
        ("PUT", "/{id}/owner", {"owner_id": None}),
    ],
)
async def test_clients_cannot_change_even_their_own_devices(
    devices: Devices, method: str, path: str, body: dict[str, Any] | None
) -> None:
    ana = await devices.create_owner()
    own = await devices.create(owner_id=str(ana))
    refused = await devices.request(method, path.format(id=own["id"]), by=ana, expect=403, json=body)
    assert refused["code"] == "forbidden"
    assert await devices.request("GET", f"/{own['id']}") == own


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("POST", ""), ("GET", "/{id}"), ("PATCH", "/{id}"), ("DELETE", "/{id}"), ("PUT", "/{id}/owner")],
)
async def test_every_endpoint_requires_a_token(devices: Devices, method: str, path: str) -> None:
    answer = await devices.running.client.request(method, "/devices" + path.format(id=uuid4()))
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
