"""Since when an owner and a limit hold, and that every message says so."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from contor.contracts.accounts import UserDeleted
from contor.kernel.clock import now
from tests.integration.services.device.conftest import Devices

QUARTER_HOUR = timedelta(minutes=15)


def quarter_hour_start(instant: datetime) -> datetime:
    return instant - (instant - datetime(2000, 1, 1, tzinfo=UTC)) % QUARTER_HOUR


def is_running_quarter_hour(since: datetime | None, before: datetime) -> bool:
    """Whether `since` is the start of the quarter hour of an instant between `before` and now."""
    return since is not None and quarter_hour_start(before) <= since <= now() and quarter_hour_start(since) == since


async def assign(devices: Devices, device: Any, owner: UUID | None, since: datetime | None = None) -> Any:
    body: dict[str, Any] = {"owner_id": owner and str(owner)}
    body |= {} if since is None else {"since": since.isoformat()}
    return await devices.request("PUT", f"/{device['id']}/owner", json=body)


async def test_the_owner_and_the_limit_of_a_new_device_hold_since_ever(devices: Devices) -> None:
    ana = await devices.create_owner()
    for device in (await devices.create(owner_id=str(ana)), await devices.create()):
        assert (device["owner_since"], device["limit_since"]) == (None, None)
        message = await devices.changed_message(device["id"], 1)
        assert (message.owner_since, message.limit_since) == (None, None)


@pytest.mark.parametrize("path", ["/owner", ""])
async def test_a_new_owner_holds_since_the_running_quarter_hour(devices: Devices, path: str) -> None:
    ana, dan = await devices.create_owner("ana"), await devices.create_owner("dan")
    device = await devices.create(owner_id=str(ana))
    before = now()
    method = "PUT" if path else "PATCH"
    moved = await devices.request(method, f"/{device['id']}{path}", json={"owner_id": str(dan)})
    since = datetime.fromisoformat(moved["owner_since"])
    assert is_running_quarter_hour(since, before)
    assert (await devices.changed_message(device["id"], 2)).owner_since == since


async def test_since_is_rounded_down_to_the_quarter_hour_in_utc(devices: Devices) -> None:
    ana = await devices.create_owner()
    device = await devices.create()
    since = datetime.fromisoformat("2026-03-29T04:29:59.999999+05:45")
    assert (await assign(devices, device, ana, since))["owner_since"] == "2026-03-28T22:30:00Z"


async def test_since_may_be_this_instant_but_not_a_later_one(devices: Devices) -> None:
    ana = await devices.create_owner()
    device = await devices.create()
    body = {"owner_id": str(ana), "since": (now() + timedelta(minutes=1)).isoformat()}
    refused = await devices.request("PUT", f"/{device['id']}/owner", json=body, expect=422)
    assert refused["errors"][0]["code"] == "time_in_future"
    before = now()
    assert is_running_quarter_hour(
        datetime.fromisoformat((await assign(devices, device, ana, before))["owner_since"]), before
    )


async def test_an_earlier_since_replaces_what_was_recorded_from_then_on(devices: Devices) -> None:
    ana, dan = await devices.create_owner("ana"), await devices.create_owner("dan")
    device = await devices.create(owner_id=str(ana))
    await assign(devices, device, dan, datetime(2026, 5, 1, tzinfo=UTC))
    returned = await assign(devices, device, ana, datetime(2026, 4, 1, tzinfo=UTC))
    assert (returned["owner_id"], returned["owner_since"]) == (str(ana), "2026-04-01T00:00:00Z")
    message = await devices.changed_message(device["id"], 3)
    assert (message.owner_id, message.previous_owner_id) == (ana, dan)


async def test_the_same_owner_again_counts_only_with_an_earlier_since(devices: Devices) -> None:
    ana = await devices.create_owner()
    first = datetime(2026, 5, 1, tzinfo=UTC)
    device = await assign(devices, await devices.create(), ana, first)
    for since in (None, first, first + QUARTER_HOUR):
        assert await assign(devices, device, ana, since) == device
    earlier = await assign(devices, device, ana, first - QUARTER_HOUR)
    assert earlier["owner_since"] == "2026-04-30T23:45:00Z"
    message = await devices.changed_message(device["id"], 3)
    assert (message.owner_id, message.previous_owner_id) == (ana, None)


@pytest.mark.parametrize("owned", [True, False])
async def test_who_holds_a_device_since_ever_cannot_hold_it_earlier(devices: Devices, owned: bool) -> None:
    ana = await devices.create_owner() if owned else None
    device = await devices.create(owner_id=ana and str(ana))
    assert await assign(devices, device, ana, datetime(2026, 5, 1, tzinfo=UTC)) == device


async def test_the_device_of_a_deleted_user_has_no_owner_since_the_running_quarter_hour(devices: Devices) -> None:
    ana = await devices.create_owner()
    device = await assign(devices, await devices.create(unit="Wh"), ana, datetime(2026, 5, 1, tzinfo=UTC))
    before = now()
    await devices.running.publish(UserDeleted(user_id=ana))
    message = await devices.changed_message(device["id"], 3)
    assert (message.owner_id, message.previous_owner_id) == (None, ana)
    assert message.unit == "Wh"
    assert is_running_quarter_hour(message.owner_since, before)
    unassigned = await devices.request("GET", f"/{device['id']}")
    assert datetime.fromisoformat(unassigned["owner_since"]) == message.owner_since


async def test_a_changed_limit_holds_since_now_and_the_same_limit_changes_nothing(devices: Devices) -> None:
    device = await devices.create(max_hourly_consumption_kwh=2)
    path = f"/{device['id']}"
    assert await devices.request("PATCH", path, json={"max_hourly_consumption_kwh": 2.0}) == device
    before = now()
    changed = await devices.request("PATCH", path, json={"max_hourly_consumption_kwh": 3})
    since = datetime.fromisoformat(changed["limit_since"])
    assert before <= since <= now()
    message = await devices.changed_message(device["id"], 2)
    assert (message.max_hourly_consumption_kwh, message.limit_since) == (Decimal(3), since)


async def test_every_later_message_says_since_when_the_present_owner_and_limit_hold(devices: Devices) -> None:
    ana = await devices.create_owner()
    device = await devices.create()
    path = f"/{device['id']}"
    await assign(devices, device, ana, datetime(2026, 5, 1, tzinfo=UTC))
    await devices.request("PATCH", path, json={"max_hourly_consumption_kwh": 3})
    limited = await devices.changed_message(device["id"], 3)
    await devices.request("PATCH", path, json={"name": "Another name", "owner_id": str(ana)})
    renamed = await devices.changed_message(device["id"], 4)
    assert renamed.owner_since == limited.owner_since == datetime(2026, 5, 1, tzinfo=UTC)
    assert renamed.limit_since == limited.limit_since is not None


@pytest.mark.parametrize("power", [0.000001, 17.25, 99999.999999, 100_000])
async def test_the_highest_power_is_stored_exactly_and_can_be_changed(devices: Devices, power: float) -> None:
    device = await devices.create()
    assert device["max_power_kw"] == 100
    assert (await devices.changed_message(device["id"], 1)).max_power_kw == Decimal(100)
    changed = await devices.request("PATCH", f"/{device['id']}", json={"max_power_kw": power})
    assert changed["max_power_kw"] == power
    assert (await devices.changed_message(device["id"], 2)).max_power_kw == Decimal(str(power))
    assert (await devices.create(max_power_kw=power))["max_power_kw"] == power
