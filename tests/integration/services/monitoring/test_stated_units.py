"""A unit that a reading states is converted or refused, never ignored."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from contor.contracts.devices import DeviceUnit
from tests.integration.services.monitoring.conftest import Meters, at, codes, reading

NOON = at(2026, 5, 4, 12)
MINUTE = timedelta(minutes=1)


async def noon_kwh(meters: Meters, device: Any) -> float:
    return sum((await meters.profile(device, NOON, NOON + timedelta(hours=1))).values())


@pytest.mark.parametrize("unit", ["Wh", "kWh", "MWh"])
async def test_the_value_of_a_reading_is_in_the_unit_that_it_states(meters: Meters, unit: DeviceUnit) -> None:
    device = await meters.device(unit=unit)
    stated = [(350, "Wh"), (0.35, "kWh"), (0.00035, "MWh"), ({"Wh": 350, "kWh": 0.35, "MWh": 0.00035}[unit], None)]
    sent = [
        reading(device, NOON + n * MINUTE, value) | ({} if name is None else {"unit": name})
        for n, (value, name) in enumerate(stated)
    ]
    assert (await meters.counts(sent[0]), await meters.counts(sent[1:])) == ((1, 0, 0), (3, 0, 0))
    assert await noon_kwh(meters, device) == 1.4


async def test_a_unit_beside_a_batch_holds_for_the_readings_that_state_none(meters: Meters) -> None:
    device = await meters.device()
    bare = [{"timestamp": int((NOON + n * MINUTE).timestamp() * 1000), "measurement_value": 250} for n in range(3)]
    body = {"device_id": str(device), "unit": "Wh", "readings": [bare[0], bare[1], bare[2] | {"unit": "kWh"}]}
    assert await meters.counts(body) == (3, 0, 0)
    assert await noon_kwh(meters, device) == 250.5


async def test_the_same_energy_in_another_unit_is_a_duplicate(meters: Meters) -> None:
    device = await meters.device()
    await meters.post(reading(device, NOON, 0.35))
    assert await meters.counts(reading(device, NOON, 350) | {"unit": "Wh"}) == (0, 1, 0)


@pytest.mark.parametrize("unit", ["kwh", "W", "kW", "J", "", "\x00", "x" * 5_000])
async def test_a_unit_that_the_meter_cannot_have_is_rejected_with_the_accepted_ones(meters: Meters, unit: str) -> None:
    device = await meters.device()
    sent = [reading(device, NOON, 1) | {"unit": unit}, reading(device, NOON + MINUTE, 1)]
    receipt = await meters.post(sent)
    assert receipt["accepted"] == 1
    assert codes(receipt) == [(0, "unsuitable_unit", "unit")]
    assert "Wh, kWh, MWh" in receipt["rejected"][0]["detail"]


async def test_a_rejected_reading_keeps_its_unit_for_the_replay(fresh: Meters) -> None:
    device = uuid4()
    await fresh.post(reading(device, NOON, 350) | {"unit": "Wh"})
    await fresh.device(device)
    assert await noon_kwh(fresh, device) == 0.35
