"""What a person can read of a meter is exactly the energy of their own time with it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from contor.contracts.readings import ConsumptionUpdated
from contor.services.monitoring import SERVICE
from tests.integration.services.monitoring.conftest import Meters, flat, reading
from tests.integration.services.monitoring.fixed_clock import fixed_clock
from tests.integration.services.monitoring.model import SLOT_MS, day_start
from tests.integration.services.monitoring.scenario import BEGINNINGS, EVENTS, PEOPLE, UWH, Scenario, played, slot_of
from tests.running import Databases, run_service
from tests.waiting import until

RESOLUTIONS = ("quarter_hour", "hour", "day", "week", "month", "year")


@pytest.fixture(scope="module")
async def monitoring(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Meters]:
    folder = tmp_path_factory.mktemp("visibility")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONTOR_MONITORING_LIVE_INTERVAL_MS", "10")
        async with run_service(SERVICE, databases, folder, collect=(ConsumptionUpdated,)) as running:
            yield Meters(running)


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.sampled_from(BEGINNINGS), st.lists(EVENTS, min_size=2, max_size=14), st.permutations(range(6)))
async def test_a_person_reads_the_energy_of_their_own_time_only(
    monitoring: Meters, begin: datetime, events: list[Any], order: list[int]
) -> None:
    async with played(monitoring, begin, events, order) as scenario:
        for name in PEOPLE:
            visible = scenario.model.visible_from(name)
            if visible is None:
                await check_hidden(scenario, scenario.people[name])
            else:
                await check_own(scenario, scenario.people[name], visible)


async def check_hidden(scenario: Scenario, by: UUID) -> None:
    request, period = scenario.meters.request, whole_period(scenario)
    for path in ("consumption", "summary", "readings", "heatmap"):
        await request("GET", f"/devices/{scenario.device}/{path}", by=by, expect=404, params=period)
    assert flat(await scenario.meters.all_pages("/summaries", by=by)) == []


async def check_own(scenario: Scenario, by: UUID, visible: int) -> None:
    meters, device, period = scenario.meters, scenario.device, whole_period(scenario)
    own = {slot: energy for slot, energy in scenario.model.profile().items() if slot >= visible}
    for resolution in RESOLUTIONS:
        answer = await meters.consumption(device, by=by, **period, resolution=resolution)
        assert round(answer["total_kwh"] * UWH) == sum(own.values()), resolution
        if resolution == "quarter_hour":
            found = {slot_of(p["start"]): round(p["energy_kwh"] * UWH) for p in answer["points"] if p["energy_kwh"]}
            assert found == {slot: energy for slot, energy in own.items() if energy}
    listed = (await meters.request("GET", f"/devices/{device}/readings", by=by, params={"limit": 200}))["items"]
    assert [(instant_ms(r["timestamp"]), round(r["energy_kwh"] * UWH)) for r in listed] == sorted(
        (at, energy) for at, energy in scenario.model.readings.items() if at // SLOT_MS >= visible
    )
    heatmap = await meters.request("GET", f"/devices/{device}/heatmap", by=by, params=period)
    assert round(sum(hour or 0 for day in heatmap["days"] for hour in day["hours"]) * UWH) == sum(own.values())
    summary = await meters.request("GET", f"/devices/{device}/summary", by=by)
    (listed_summary,) = flat(await meters.all_pages("/summaries", by=by))
    assert listed_summary == summary
    check_current(scenario, own, summary)


def check_current(scenario: Scenario, own: dict[int, int], summary: Any) -> None:
    zone = str(scenario.model.zones.at(scenario.slot))
    today, hour = day_start(scenario.slot, zone), scenario.model.hour(scenario.slot)[0]
    yesterday = day_start(today - 1, zone)
    assert summary["time_zone"] == zone
    assert round(summary["today_kwh"] * UWH) == sum(energy for slot, energy in own.items() if slot >= today)
    assert round(summary["hour"]["energy_kwh"] * UWH) == sum(energy for slot, energy in own.items() if slot >= hour)
    assert round(summary["yesterday_kwh"] * UWH) == sum(e for slot, e in own.items() if yesterday <= slot < today)
    assert round(summary["month_kwh"] * UWH) == sum(own.values())


async def test_live_values_for_an_owner_hold_no_energy_of_the_owner_before(monitoring: Meters) -> None:
    now = datetime(2026, 6, 17, 9, 50, tzinfo=UTC)
    with fixed_clock(now) as clock:
        scenario = Scenario(monitoring, clock)
        await scenario.begin()
        await monitoring.post(reading(scenario.device, now - timedelta(minutes=45), 3))
        scenario.state["owner"], scenario.since["owner"] = "Ben", scenario.slot
        await scenario.publish()
        await monitoring.post(reading(scenario.device, now, 0.2))
        message = await until(lambda: live_values(scenario, now), what="live values of the new owner")
        assert message.owner_id == scenario.people["Ben"]
        assert (message.owner_values.hour.energy_kwh, message.owner_values.today_kwh) == (0.2, 0.2)


def live_values(scenario: Scenario, since: datetime) -> Any:
    """The live values of the meter whose last reading is not before `since`."""
    messages = [m for m in scenario.meters.running.published if isinstance(m, ConsumptionUpdated)]
    found = [device for message in messages for device in message.devices]
    return next((d for d in found if d.values.device_id == scenario.device and d.values.last_reading_at >= since), None)


def whole_period(scenario: Scenario) -> dict[str, Any]:
    moment = scenario.clock.moment
    return {"from": (moment - timedelta(days=30)).isoformat(), "to": (moment + timedelta(minutes=15)).isoformat()}


def instant_ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)
