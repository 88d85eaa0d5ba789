"""Power now, the last reading and the sums up to now, in summaries, in the fleet and in live values."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contor.contracts.readings import ConsumptionUpdated, DeviceConsumption, LiveValues
from contor.kernel.clock import now
from contor.services.monitoring import SERVICE
from contor.services.monitoring.metering.slots import slot_at, start_of
from tests.integration.services.monitoring.conftest import Meters, reading
from tests.running import Databases, run_service
from tests.waiting import until

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
QUARTER = 15 * MINUTE
LARGEST_POWER_KW = 100_000
LARGEST_KWH = LARGEST_POWER_KW * 31 * 24
"""The most energy that a reading without a stated interval may have."""


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


async def summary(meters: Meters, device: UUID, *, by: UUID | None = None) -> Any:
    return await meters.request("GET", f"/devices/{device}/summary", by=by)


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


def now_slot() -> datetime:
    """The start of the running quarter hour."""
    return start_of(slot_at(now()))


async def newest_live(meters: Meters, device: UUID, energy_kwh: float) -> DeviceConsumption:
    """The newest live values, once an administrator's are of this energy today."""

    async def newest() -> DeviceConsumption | None:
        updates = [message for message in meters.running.published if isinstance(message, ConsumptionUpdated)]
        found = [each for update in updates for each in update.devices if each.values.device_id == device]
        return found[-1] if found and found[-1].values.today_kwh == energy_kwh else None

    return await until(newest, what="the live values")


@pytest.mark.parametrize("zone", ["Europe/Bucharest", "Asia/Kathmandu"])
async def test_an_owner_sees_current_values_of_their_own_time_only(meters: Meters, zone: str) -> None:
    former, owner, moved = uuid4(), uuid4(), now_slot()
    device = await meters.device(owner=former, zone=zone, limit="5")
    await meters.device(device, owner=owner, zone=zone, limit="5", owner_since=moved)
    await meters.post([reading(device, moved - n * QUARTER, 4) for n in range(200, 0, -1)])
    await meters.post(reading(device, moved, 0.5))
    everything, own = await summary(meters, device), await summary(meters, device, by=owner)
    sums = {name: value for name, value in own.items() if name.endswith("_kwh")}
    assert sums.pop("limit_kwh") == 5
    running = [sums.pop(name) for name in ("today_kwh", "month_kwh")]
    assert (running, own["hour"]["energy_kwh"], set(sums.values())) == ([0.5, 0.5], 0.5, {0})
    assert datetime.fromisoformat(own["first_reading_at"]) == moved
    assert (own["power_w"], own["last_power_w"], own["over_limit_since"]) == (None, None, None)
    assert (everything["today_kwh"] >= 0.5, everything["power_w"]) == (True, 2000)
    live_values = await newest_live(meters, device, everything["today_kwh"])
    assert live_values.owner_id == owner
    assert live_values.owner_values is not None
    assert (live_values.owner_values.today_kwh, live_values.owner_values.hour.energy_kwh) == (0.5, 0.5)
    assert (live_values.owner_values.power_w, live_values.values.power_w) == (None, 2000)


async def test_an_owner_without_a_reading_in_their_time_sees_none(meters: Meters) -> None:
    former, owner, moved = uuid4(), uuid4(), now_slot()
    device = await meters.device(owner=former)
    await meters.device(device, owner=owner, owner_since=moved)
    await meters.post([reading(device, moved - QUARTER, 1), reading(device, moved - MINUTE, 2)])
    own = await summary(meters, device, by=owner)
    assert (own["state"], own["last_reading_at"], own["last_measurement_value"]) == ("never", None, None)
    assert (own["today_kwh"], own["first_reading_at"]) == (0, None)
    (listed,) = (await meters.request("GET", "/summaries", by=owner))["items"]
    assert listed == own
    today = (await summary(meters, device))["today_kwh"]
    live_values = await newest_live(meters, device, today)
    assert (live_values.owner_id, live_values.owner_values) == (None, None)


async def test_a_reading_of_an_interval_that_began_in_the_former_owners_time_is_not_the_last(meters: Meters) -> None:
    former, owner, moved = uuid4(), uuid4(), now_slot()
    terms: Any = {"stamp": "end", "interval_minutes": 30}
    device = await meters.device(owner=former, **terms)
    await meters.device(device, owner=owner, owner_since=moved - QUARTER, **terms)
    await meters.post([reading(device, moved - QUARTER, 1), reading(device, moved, 2)])
    assert (await summary(meters, device, by=owner))["last_reading_at"] is None
    assert (await summary(meters, device))["last_measurement_value"] == 2


async def test_values_of_one_meter_never_fail_a_query_that_serves_others(fresh: Meters) -> None:
    owner, other = uuid4(), uuid4()
    huge = await fresh.device(owner=owner, limit="1", max_power_kw=str(LARGEST_POWER_KW))
    small = await fresh.device(owner=other)
    hour = now().replace(minute=0, second=0, microsecond=0)
    for begin in (hour - HOUR, hour - 2 * HOUR):
        sent = [reading(huge, begin + n * timedelta(milliseconds=1), LARGEST_KWH) for n in range(9_000)]
        assert (await fresh.counts(sent, by=owner))[0] == 9_000
    await post(fresh, small, (QUARTER, 60), (timedelta(), 60))
    both = await fresh.request("GET", "/summaries")
    assert [item["power_w"] for item in both["items"]][1:] == [240]
    assert both["items"][0]["month_kwh"] == pytest.approx(2 * 9_000 * LARGEST_KWH)
    assert (await summary(fresh, small, by=other))["power_w"] == 240
    for by in (owner, None):
        for resolution in ("quarter_hour", "hour", "day", "week", "month", "year", "auto"):
            profile = await fresh.consumption(huge, resolution=resolution, by=by)
            assert profile["total_kwh"] == pytest.approx(2 * 9_000 * LARGEST_KWH)
        assert len((await fresh.request("GET", "/alerts", by=by))["items"]) == 2
        period = {"from": (hour - 2 * HOUR).isoformat(), "to": hour.isoformat()}
        await fresh.request("GET", f"/devices/{huge}/heatmap", by=by, params=period)
    await fresh.request("GET", "/fleet")


async def test_live_values_of_one_meter_never_stop_those_of_others(meters: Meters) -> None:
    owner = uuid4()
    huge = await meters.device(owner=owner, max_power_kw=str(LARGEST_POWER_KW))
    small = await meters.device(owner=uuid4())
    at = now().replace(microsecond=0)
    sent = [reading(huge, at - n * timedelta(milliseconds=1), LARGEST_KWH) for n in range(9_000)]
    assert (await meters.counts(sent, by=owner))[0] == 9_000
    assert (await live(meters, huge, at)).today_kwh == pytest.approx(9_000 * LARGEST_KWH, rel=1)
    at = await post(meters, small, (QUARTER, 60), (timedelta(), 60))
    assert (await live(meters, small, at)).power_w == 240
