"""A new owner reads the load profile and the readings of their own time only."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contor.services.monitoring.metering.slots import Resolution
from tests.integration.services.monitoring.conftest import BUCHAREST, Meters, at, every, flat, reading

DAY = at(2026, 5, 4)
HAND_OVER = at(2026, 5, 4, 10, 30)
STEP = timedelta(minutes=10)


async def handed_over(meters: Meters, *, zone: str = BUCHAREST, **channel: Any) -> tuple[UUID, UUID]:
    """A meter with 0.1 kWh every 10 minutes of a day, of another owner before 10:30; returns it and its owner."""
    first, second = uuid4(), uuid4()
    device = await meters.device(owner=first, limit="5", zone=zone, **channel)
    await meters.post(every(device, DAY, DAY + timedelta(days=1), STEP, 0.1))
    await meters.device(device, owner=second, owner_since=HAND_OVER, limit="5", zone=zone, **channel)
    return device, second


@pytest.mark.parametrize(
    ("resolution", "energies"),
    [
        ("quarter_hour", [0.2, 0.1] * 27),
        ("hour", [0.3, *[0.6] * 13]),
        ("day", [8.1]),
        ("week", [8.1]),
        ("month", [8.1]),
        ("year", [8.1]),
        ("auto", [0.2, 0.1] * 27),
    ],
)
@pytest.mark.parametrize("begin", [at(2020, 1, 1), DAY, at(2026, 5, 4, 10, 29), HAND_OVER])
async def test_the_profile_of_a_new_owner_begins_with_their_time(
    meters: Meters, resolution: Resolution, energies: list[float], begin: datetime
) -> None:
    device, owner = await handed_over(meters)
    query = {"from": begin.isoformat(), "to": at(2026, 5, 5).isoformat(), "resolution": resolution}
    profile = await meters.request("GET", f"/devices/{device}/consumption", by=owner, params=query)
    assert profile["points"][0]["start"] == profile["from"] == "2026-05-04T07:30:00Z"
    assert [p["energy_kwh"] for p in profile["points"]] == energies
    assert profile["total_kwh"] == 8.1


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "Asia/Kathmandu"])
async def test_the_profile_begins_with_their_time_in_every_time_zone(meters: Meters, zone: str) -> None:
    device, owner = await handed_over(meters, zone=zone)
    profile = await meters.consumption(device, by=owner, resolution="hour")
    assert (profile["from"], profile["total_kwh"]) == ("2026-05-04T07:30:00Z", 8.1)


async def test_a_new_owner_reads_nothing_of_a_time_before_theirs(meters: Meters) -> None:
    device, owner = await handed_over(meters)
    query: dict[str, Any] = {"from": DAY.isoformat(), "to": HAND_OVER.isoformat()}
    profile = await meters.consumption(device, by=owner, **query)
    assert (profile["points"], profile["total_kwh"]) == ([], 0)
    assert (await meters.request("GET", f"/devices/{device}/heatmap", by=owner, params=query))["days"] == []
    page = await meters.request("GET", f"/devices/{device}/readings", by=owner, params=query)
    assert page == {"items": [], "next_cursor": None}


async def test_the_heat_map_and_the_readings_begin_with_their_time(meters: Meters) -> None:
    device, owner = await handed_over(meters)
    query: dict[str, Any] = {"from": DAY.isoformat(), "to": at(2026, 5, 5).isoformat()}
    (day,) = (await meters.request("GET", f"/devices/{device}/heatmap", by=owner, params=query))["days"]
    assert day["hours"] == [None] * 10 + [0.3] + [0.6] * 13
    items = flat(await meters.all_pages(f"/devices/{device}/readings", by=owner, limit=30))
    assert (items[0]["timestamp"], len(items)) == ("2026-05-04T07:30:00Z", 81)
    summary = await meters.request("GET", f"/devices/{device}/summary", by=owner)
    assert summary["first_reading_at"] == "2026-05-04T07:30:00Z"


async def test_administrators_read_all_time(meters: Meters) -> None:
    device, _ = await handed_over(meters)
    query: dict[str, Any] = {"from": DAY.isoformat(), "to": at(2026, 5, 5).isoformat(), "resolution": "day"}
    assert (await meters.consumption(device, **query))["total_kwh"] == 14.4
    items = flat(await meters.all_pages(f"/devices/{device}/readings", limit=200))
    assert items[0]["timestamp"] == "2026-05-03T21:00:00Z"


async def test_an_interval_across_the_hand_over_shows_only_its_share_and_no_reading(meters: Meters) -> None:
    stated: dict[str, Any] = {"interval_minutes": 60, "stamp": "end"}
    first, second = uuid4(), uuid4()
    device = await meters.device(owner=first, **stated)
    await meters.post([reading(device, at(2026, 5, 4, hour), 0.8) for hour in (10, 11, 12)])
    await meters.device(device, owner=second, owner_since=HAND_OVER, **stated)
    profile = await meters.consumption(device, by=second, resolution="hour")
    assert [p["energy_kwh"] for p in profile["points"][:2]] == [0.4, 0.8]
    assert profile["total_kwh"] == 1.2
    page = await meters.request("GET", f"/devices/{device}/readings", by=second)
    assert [item["timestamp"] for item in page["items"]] == ["2026-05-04T09:00:00Z"]


async def test_energy_after_a_silence_of_the_previous_owner_is_estimated(meters: Meters) -> None:
    first, second = uuid4(), uuid4()
    device = await meters.device(owner=first)
    await meters.post([reading(device, at(2026, 5, 4, 8), 1), reading(device, HAND_OVER, 3)])
    await meters.device(device, owner=second, owner_since=HAND_OVER)
    profile = await meters.consumption(device, by=second, resolution="quarter_hour", to=at(2026, 5, 4, 11).isoformat())
    assert [(p["energy_kwh"], p["quality"]) for p in profile["points"]] == [(3, "estimated"), (0, "missing")]
