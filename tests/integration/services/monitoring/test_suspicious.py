"""Suspicious quarter hours and readings: implausible, out of pattern, largest."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contor.kernel.clock import now
from tests.integration.services.monitoring.conftest import Meters, every, flat, hours_ago, reading
from tests.integration.services.monitoring.test_corrections import correct, iso

QUARTER = timedelta(minutes=15)


async def suspicious(meters: Meters, device: UUID, *, by: UUID | None = None, limit: int = 200) -> list[Any]:
    return flat(await meters.all_pages(f"/devices/{device}/suspicious", by=by, limit=limit))


async def post(meters: Meters, items: list[Any]) -> None:
    for begin in range(0, len(items), 10_000):
        assert (await meters.counts(items[begin : begin + 10_000]))[2] == 0


def reasons(items: list[Any]) -> list[tuple[str, str]]:
    return [(item["start"], item["reason"]) for item in items]


async def test_a_quarter_hour_above_the_maximum_power_is_implausible(meters: Meters) -> None:
    device = await meters.device(max_power_kw="10")
    begin = hours_ago(3)
    await meters.post([reading(device, begin, 2.5), reading(device, begin + QUARTER, 2.4)])
    assert await suspicious(meters, device) == []
    moment = begin + timedelta(minutes=20)
    await meters.post(reading(device, moment, 20))
    (found,) = await suspicious(meters, device)
    assert (found["start"], found["end"]) == (iso(begin + QUARTER), iso(begin + 2 * QUARTER))
    assert (found["energy_kwh"], found["reason"]) == (22.4, "implausible")
    assert (found["timestamp"], found["value"]) == (iso(moment), 20)
    await correct(meters, device, moment, None)
    assert await suspicious(meters, device) == []


async def test_no_reading_is_named_where_none_makes_up_half_of_the_energy(meters: Meters) -> None:
    device = await meters.device(max_power_kw="1", unit="Wh")
    await meters.post([reading(device, hours_ago(3) + timedelta(seconds=n), 100) for n in range(3)])
    (found,) = await suspicious(meters, device)
    assert (found["reason"], found["timestamp"], found["value"]) == ("implausible", None, None)


async def test_values_are_in_the_unit_of_the_device(meters: Meters) -> None:
    device = await meters.device(max_power_kw="1", unit="Wh")
    await meters.post(reading(device, hours_ago(3), 500))
    (found,) = await suspicious(meters, device)
    assert (found["energy_kwh"], found["value"]) == (0.5, 500)


async def test_implausible_quarter_hours_of_any_age_are_listed(meters: Meters) -> None:
    device = await meters.device(max_power_kw="10")
    await meters.post([reading(device, now() - timedelta(days=years * 366), 30) for years in range(10)])
    assert [item["reason"] for item in await suspicious(meters, device)] == ["implausible"] * 10


@pytest.mark.parametrize("seconds", [10, 900])
async def test_the_largest_readings_are_listed_if_they_are_ten_times_the_typical_one(
    meters: Meters, seconds: int
) -> None:
    device = await meters.device()
    begin = hours_ago(30)
    await post(meters, every(device, begin, hours_ago(3), timedelta(seconds=seconds), 0.001))
    spikes = [begin + timedelta(hours=n) for n in range(12)]
    await meters.post([reading(device, moment, 0.0101 + n / 10) for n, moment in enumerate(spikes)])
    found = await suspicious(meters, device)
    assert reasons(found) == [(iso(moment), "largest") for moment in reversed(spikes[2:])]
    assert [(item["timestamp"], item["value"]) for item in found] == [
        (iso(spikes[n]), round(0.0101 + n / 10, 4)) for n in range(11, 1, -1)
    ]
    await meters.post([reading(device, moment, 0.01) for moment in spikes])
    assert await suspicious(meters, device) == []


async def test_a_reading_that_is_spread_is_one_entry_with_its_whole_interval(meters: Meters) -> None:
    device = await meters.device(interval_minutes=60, stamp="end")
    begin = hours_ago(50) + timedelta(seconds=10)
    await meters.post([reading(device, begin + timedelta(hours=n), 0.5) for n in range(40)])
    await meters.post([reading(device, begin + timedelta(hours=20 + n), 20 + n) for n in range(2)])
    later, earlier = await suspicious(meters, device)
    assert (earlier["start"], earlier["end"]) == (iso(hours_ago(31)), iso(hours_ago(30) + QUARTER))
    assert (earlier["timestamp"], earlier["value"]) == (iso(begin + timedelta(hours=20)), 20)
    assert (later["timestamp"], later["value"]) == (iso(begin + timedelta(hours=21)), 21)


def pattern(device: UUID, days: int) -> list[dict[str, Any]]:
    """Every quarter hour of the last days up to yesterday: 2 kWh from 6 to 8 UTC, 0.25 kWh otherwise."""
    today = now().replace(hour=0, minute=0, second=0, microsecond=0)
    moments = [today - (n + 1) * QUARTER for n in range(days * 96)]
    return [reading(device, moment, 2 if moment.hour in (6, 7) else 0.25) for moment in moments]


async def test_a_quarter_hour_far_above_the_same_hour_of_the_other_days_is_out_of_pattern(meters: Meters) -> None:
    device = await meters.device(zone="UTC")
    await post(meters, pattern(device, 50))
    assert await suspicious(meters, device) == []
    yesterday = now().replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
    night = [yesterday + timedelta(hours=3) + n * QUARTER for n in range(4)]
    await meters.post([reading(device, moment, 2.51) for moment in night])
    await meters.post([reading(device, yesterday + timedelta(hours=6), 9)])
    found = await suspicious(meters, device)
    assert [item for item in reasons(found) if item[1] == "out_of_pattern"] == [
        (iso(moment), "out_of_pattern") for moment in reversed(night)
    ]
    assert reasons(found)[0] == (iso(yesterday + timedelta(hours=6)), "largest")


async def test_what_happens_on_several_days_is_a_pattern(meters: Meters) -> None:
    device = await meters.device(zone="UTC")
    await post(meters, pattern(device, 50))
    today = now().replace(hour=0, minute=0, second=0, microsecond=0)
    nights = [today - timedelta(days=7 * n + 1) + timedelta(hours=3) for n in range(4)]
    await meters.post([reading(device, night, 3) for night in nights])
    assert "out_of_pattern" not in {reason for _, reason in reasons(await suspicious(meters, device))}


async def test_an_owner_sees_only_their_own_time(meters: Meters) -> None:
    first, second = uuid4(), uuid4()
    device = await meters.device(owner=first, max_power_kw="10")
    change = hours_ago(10)
    await meters.device(device, owner=second, owner_since=change, max_power_kw="10")
    moments = [change + timedelta(hours=n) for n in (-2, -1, 0, 1)]
    await meters.post([reading(device, moment, 5) for moment in moments])
    starts = [iso(moment) for moment in reversed(moments)]
    assert [item["start"] for item in await suspicious(meters, device)] == starts
    assert [item["start"] for item in await suspicious(meters, device, by=second)] == starts[:2]
    await meters.request("GET", f"/devices/{device}/suspicious", by=first, expect=404)


async def test_a_reading_of_the_former_owner_is_not_named_in_the_time_of_the_next(meters: Meters) -> None:
    first, second = uuid4(), uuid4()
    change = hours_ago(10)
    interval: dict[str, Any] = {"interval_minutes": 60, "max_power_kw": "10"}
    device = await meters.device(owner=first, **interval)
    await meters.device(device, owner=second, owner_since=change, **interval)
    half_hour_before = change - timedelta(minutes=30)
    await meters.device(device, owner=second, owner_since=change, **(interval | {"max_power_kw": "100"}))
    await meters.post(reading(device, half_hour_before, 50))
    await meters.device(device, owner=second, owner_since=change, **interval)
    own = await suspicious(meters, device, by=second)
    assert [(item["start"], item["timestamp"], item["value"]) for item in own] == [
        (iso(change + QUARTER), None, None),
        (iso(change), None, None),
    ]


async def test_pages_of_suspicious_intervals_have_no_gap_or_repeat(meters: Meters) -> None:
    device = await meters.device(max_power_kw="10")
    await meters.post([reading(device, hours_ago(n + 1), 5) for n in range(7)])
    pages = await meters.all_pages(f"/devices/{device}/suspicious", limit=3)
    assert [len(page) for page in pages] == [3, 3, 1]
    assert [item["start"] for item in flat(pages)] == [iso(hours_ago(n + 1)) for n in range(7)]


async def test_a_meter_without_readings_has_nothing_suspicious(meters: Meters) -> None:
    device = await meters.device()
    assert await suspicious(meters, device) == []
    await meters.post(reading(device, hours_ago(2), 0))
    assert await suspicious(meters, device) == []


@pytest.mark.parametrize("cursor", ["x", "WyI5OTk5OTk5OTk5OTk5OTk5Il0", "W10"])
async def test_a_forged_cursor_is_refused(meters: Meters, cursor: str) -> None:
    device = await meters.device()
    for list_name in ("suspicious", "corrections"):
        await meters.request("GET", f"/devices/{device}/{list_name}", params={"cursor": cursor}, expect=422)
