"""Live values: published after readings are stored, as the database has them."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from contor.contracts.readings import ConsumptionUpdated, DeviceConsumption, LiveValues
from contor.kernel.clock import now
from contor.services.monitoring import SERVICE
from tests.integration.services.monitoring.conftest import Meters, reading
from tests.running import Databases, run_service
from tests.waiting import until

NOW = now().replace(microsecond=0)
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
async def meters(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Meters]:
    folder = tmp_path_factory.mktemp("live-updates")
    async with run_service(SERVICE, databases, folder, collect=(ConsumptionUpdated,)) as running:
        yield Meters(running)


async def published(meters: Meters, device: UUID) -> DeviceConsumption:
    """The newest live values of this device, once they are those of its summary."""

    async def newest() -> DeviceConsumption | None:
        summary = await meters.request("GET", f"/devices/{device}/summary")
        expected = {name: value for name, value in summary.items() if name in LiveValues.model_fields}
        expected["measurement_value"] = summary["last_measurement_value"]
        updates = [message for message in meters.running.published if isinstance(message, ConsumptionUpdated)]
        found = [each for update in updates for each in update.devices if each.values.device_id == device]
        return found[-1] if found and found[-1].values.model_dump(mode="json") == expected else None

    return await until(newest, what="the live values")


@pytest.mark.parametrize("zone", ["Europe/Bucharest", "Asia/Kolkata"])
@pytest.mark.parametrize("cached", [True, False])
async def test_live_values_are_those_of_the_summary(meters: Meters, zone: str, cached: bool) -> None:
    owner = uuid4()
    device = await meters.device(owner=owner, limit="3", unit="Wh", zone=zone)
    if cached:
        await meters.post(reading(device, NOW - timedelta(days=3), 1))
    await meters.post([reading(device, NOW - MINUTE, 10), reading(device, NOW, 20)])
    live = await published(meters, device)
    assert live.owner_id == owner
    assert (live.values.last_reading_at, live.values.measurement_value, live.values.power_w) == (NOW, 20, 1200)


async def test_a_late_reading_changes_the_sums_and_not_the_last_reading(meters: Meters) -> None:
    device = await meters.device()
    await meters.post(reading(device, NOW, 2))
    assert (await published(meters, device)).values.power_w is None
    await meters.post(reading(device, NOW - MINUTE, 1))
    live = await published(meters, device)
    assert (live.values.last_reading_at, live.values.measurement_value, live.values.power_w) == (NOW, 2, 120_000)
