"""The channel of a device: what its readings measure, and which interval their timestamps mark."""

from typing import Any

import pytest

from contor.contracts.devices import Channel
from tests.integration.services.device.conftest import Devices

DEFAULT = {
    "name": "import",
    "quantity": "import",
    "kind": "interval",
    "unit": "kWh",
    "stamp": "start",
    "interval_minutes": None,
}
HOURLY_AT_END: dict[str, Any] = {"stamp": "end", "interval_minutes": 60}


async def test_a_device_has_one_channel_import_by_default(devices: Devices) -> None:
    created = await devices.create()
    assert created["channels"] == [DEFAULT]
    assert (await devices.changed_message(created["id"], 1)).channels == (Channel(kind="interval", unit="kWh"),)


@pytest.mark.parametrize(
    "given",
    [
        {"channels": [{"name": "import", "unit": "Wh", **HOURLY_AT_END}]},
        {"unit": "Wh", **HOURLY_AT_END},
        {"unit": "Wh", "channels": [{"unit": "Wh", "stamp": "end"}], "interval_minutes": 60},
    ],
)
async def test_a_channel_can_be_given_in_the_list_and_beside_the_name(devices: Devices, given: dict[str, Any]) -> None:
    created = await devices.create(**given)
    assert created["channels"] == [DEFAULT | HOURLY_AT_END | {"unit": "Wh"}]
    assert (created["kind"], created["unit"]) == ("interval", "Wh")
    assert not {"stamp", "interval_minutes"} & created.keys()
    assert (await devices.request("GET"))["items"] == [created]
    message = await devices.changed_message(created["id"], 1)
    assert message.channels == (Channel(kind="interval", unit="Wh", stamp="end", interval_minutes=60),)
    assert (message.kind, message.unit) == ("interval", "Wh")


@pytest.mark.parametrize("change", [{"channels": [{"name": "import", **HOURLY_AT_END}]}, HOURLY_AT_END])
async def test_stamp_and_interval_can_be_changed(devices: Devices, change: dict[str, Any]) -> None:
    created = await devices.create(unit="MWh")
    changed = await devices.request("PATCH", f"/{created['id']}", json=change)
    assert changed["channels"] == [DEFAULT | HOURLY_AT_END | {"unit": "MWh"}]
    assert changed["updated_at"] > created["updated_at"]
    message = await devices.changed_message(created["id"], 2)
    assert message.channels == (Channel(kind="interval", unit="MWh", stamp="end", interval_minutes=60),)


async def test_omitted_fields_of_a_channel_keep_their_value_and_null_clears_the_interval(devices: Devices) -> None:
    created = await devices.create(**HOURLY_AT_END)
    path = f"/{created['id']}"
    cleared = await devices.request("PATCH", path, json={"channels": [{"interval_minutes": None}]})
    assert cleared["channels"] == [DEFAULT | {"stamp": "end"}]
    assert (await devices.request("PATCH", path, json={"interval_minutes": 15}))["channels"] == [
        DEFAULT | {"stamp": "end", "interval_minutes": 15}
    ]


async def test_the_same_channel_again_changes_nothing(devices: Devices) -> None:
    created = await devices.create(**HOURLY_AT_END)
    same = await devices.request("PATCH", f"/{created['id']}", json={"channels": created["channels"]})
    assert same == created


async def test_the_channels_of_a_deleted_device_are_deleted(devices: Devices) -> None:
    created = await devices.create(**HOURLY_AT_END)
    await devices.request("DELETE", f"/{created['id']}", expect=204)
    async with devices.running.context.database.autocommit() as connection:
        assert await connection.fetchval("SELECT count(*) FROM channels") == 0
    message = await devices.changed_message(created["id"], 2)
    assert (message.deleted, message.unit) == (True, "kWh")
