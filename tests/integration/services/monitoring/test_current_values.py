"""Power now, the last reading and the sums up to now, in summaries, in the fleet and in live values."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contor.contracts.readings import ConsumptionUpdated, LiveValues
from contor.kernel.clock import now
from contor.services.monitoring import SERVICE
from tests.integration.services.monitoring.conftest import Meters, reading
from tests.running import Databases, run_service
from tests.waiting import until

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
LARGEST_KWH = 74_400_000
"""At the largest maximum power, in 31 days."""


@pytest.fixture(scope="module")
async def meters(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Meters]:
    folder = tmp_path_factory.mktemp("current-values")
    async with run_service(SERVICE, databases, folder, collect=(ConsumptionUpdated,)) as running:
        yield Meters(running)


async def post(meters: Meters, device: UUID, *sent: tuple[timedelta, float]) -> datetime:
    """Post (age, Wh) readings, and return the now to which the ages belong."""
    at = now().replace(microsecond=0)
    await meters.post([reading(device, at - age, energy / 1000) for age, energy in sent])
    return at


async def summary(meters: Meters, device: UUID) -> Any:
    return await meters.request("GET", f"/devices/{device}/summary")


async def live(meters: Meters, device: UUID, last_reading_at: datetime) -> LiveValues:
    """The newest live values, once their last reading is this one."""

    async def newest() -> LiveValues | None:
        updates = [message for message in meters.running.published if isinstance(message, ConsumptionUpdated)]
        found = [each.values for update in updates for each in update.devices if each.values.device_id == device]
        return found[-1] if found and found[-1].last_reading_at == last_reading_at else None

    return await until(newest, what="the live values")


@pytest.mark.parametrize(
    ("sent", "power"),
    [
        pytest.param([(HOUR / 2, 50), (HOUR / 4, 100)], 400, id="the last interval"),
        pytest.param([(3 * MINUTE, 7), (SECOND, 10), (timedelta(), 2600)], 52200, id="not one second alone"),
        pytest.param(
            [(timedelta(seconds=n), 1) for n in range(90)], 3600, id="the last minute of readings each second"
        ),
        pytest.param([(SECOND, 2600), (timedelta(), 2600)], None, id="no reading a minute before"),
        pytest.param([(timedelta(), 100)], None, id="a first reading"),
        pytest.param([(timedelta(hours=2), 1), (timedelta(), 100)], 50, id="an interval of two hours"),
        pytest.param([(timedelta(hours=2, seconds=1), 1), (timedelta(), 100)], None, id="a longer interval"),
        pytest.param([(60 * SECOND, 1), (timedelta(), 100)], 6000, id="exactly a minute"),
        pytest.param([(59 * SECOND, 1), (timedelta(), 100)], None, id="less than a minute"),
    ],
)
async def test_power_now_is_the_mean_of_the_last_interval_or_minute(
    meters: Meters, sent: list[tuple[timedelta, float]], power: float | None
) -> None:
    device = await meters.device()
    at = await post(meters, device, *sent)
    found, values = await summary(meters, device), await live(meters, device, at - min(age for age, _ in sent))
    assert found["power_w"] == (None if power is None else pytest.approx(power, rel=0.001))
    assert (values.power_w, values.last_power_w) == (found["power_w"], found["last_power_w"])


async def test_the_newest_reading_of_a_fast_meter_is_published_after_a_pause(meters: Meters) -> None:
    device = await meters.device()
    at = await post(meters, device, *((timedelta(seconds=n), 1) for n in range(5, 90)))
    await live(meters, device, at - timedelta(seconds=5))
    at = await post(meters, device, (timedelta(), 1))
    await live(meters, device, at)


async def test_a_silent_meter_has_no_power_now_but_its_last_power(meters: Meters) -> None:
    device = await meters.device()
    at = await post(meters, device, (timedelta(days=30, minutes=15), 60), (timedelta(days=30), 60))
    found = await summary(meters, device)
    assert (found["state"], found["power_w"], found["last_power_w"]) == ("silent", None, 240)
    assert datetime.fromisoformat(found["silent_from"]) == at - timedelta(days=30) + HOUR


async def test_late_readings_of_a_silent_meter_are_live_values_of_a_silent_meter(meters: Meters) -> None:
    device = await meters.device()
    at = await post(meters, device, (95 * MINUTE, 60), (80 * MINUTE, 60))
    values = await live(meters, device, at - 80 * MINUTE)
    assert (values.state, values.power_w, values.last_power_w) == ("silent", None, 240)


async def test_a_reading_ahead_of_now_is_never_the_last_reading(meters: Meters) -> None:
    device, first = await meters.device(), await meters.device()
    at = await post(meters, device, (15 * MINUTE, 60), (timedelta(), 60), (-4 * MINUTE, 500))
    found, values = await summary(meters, device), await live(meters, device, at)
    assert (datetime.fromisoformat(found["last_reading_at"]), found["last_measurement_value"]) == (at, 0.06)
    assert (values.measurement_value, values.power_w, found["power_w"]) == (0.06, 240, 240)
    await post(meters, first, (-4 * MINUTE, 500))
    found = await summary(meters, first)
    assert (found["state"], found["last_reading_at"], found["power_w"]) == ("never", None, None)


async def test_a_silent_meter_with_a_reading_ahead_of_now_stays_silent(fresh: Meters) -> None:
    silent, never = await fresh.device(), await fresh.device()
    at = await post(fresh, silent, (3 * HOUR, 60), (-4 * MINUTE, 500))
    await post(fresh, never, (-4 * MINUTE, 500))
    assert (await summary(fresh, silent))["state"] == "silent"
    fleet = await fresh.request("GET", "/fleet")
    assert (fleet["reporting"], fleet["silent"], fleet["never"]) == (0, 1, 1)
    (line,) = fleet["attention"]
    assert datetime.fromisoformat(line["since"]) == at - 3 * HOUR


@pytest.mark.parametrize("zone", ["Europe/Bucharest", "Asia/Kolkata", "Asia/Kathmandu"])
async def test_live_sums_of_whole_and_odd_hours_are_those_of_the_summary(meters: Meters, zone: str) -> None:
    device = await meters.device(zone=zone)
    at = await post(meters, device, *((n * 15 * MINUTE, 2**n / 1000) for n in range(25)))
    found, values = await summary(meters, device), await live(meters, device, at)
    assert (values.today_kwh, values.hour.energy_kwh) == (found["today_kwh"], found["hour"]["energy_kwh"])


async def test_values_of_one_meter_never_fail_a_query_that_serves_others(fresh: Meters) -> None:
    owner, other = uuid4(), uuid4()
    huge, small = await fresh.device(owner=owner, max_power_kw="100000"), await fresh.device(owner=other)
    hour = now().replace(minute=0, second=0, microsecond=0)
    for begin in (hour - HOUR, hour - 2 * HOUR):
        sent = [reading(huge, begin + n * timedelta(milliseconds=1), LARGEST_KWH) for n in range(9_000)]
        await fresh.post(sent, by=owner)
    await post(fresh, small, (15 * MINUTE, 60), (timedelta(), 60))
    both = await fresh.request("GET", "/summaries")
    assert [item["power_w"] for item in both["items"]][1:] == [240]
    assert both["items"][0]["month_kwh"] == pytest.approx(2 * 9_000 * LARGEST_KWH)
    assert (await summary(fresh, huge))["last_reading_at"]
    await fresh.request("GET", "/fleet")
