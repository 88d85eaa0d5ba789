"""Load profiles, readings in pages, summaries, the fleet, and who may see them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.routing import iter_route_contexts

from contor.kernel.clock import now
from contor.services.monitoring import endpoints
from contor.services.monitoring.metering.slots import slot_at, start_of
from contor.services.monitoring.service.current_values import current_periods
from tests.integration.services.monitoring.conftest import BUCHAREST, Meters, at, every, flat, reading

DEVICE_ROUTES = [
    "/devices/{}/readings",
    "/devices/{}/corrections",
    "/devices/{}/consumption",
    "/devices/{}/heatmap?from=2026-05-04T00:00:00Z&to=2026-05-05T00:00:00Z",
    "/devices/{}/summary",
    "/devices/{}/suspicious",
]


def test_the_routes_that_read_a_device_are_all_listed_here() -> None:
    paths = {route.path for route in iter_route_contexts(endpoints.router.routes) if "GET" in (route.methods or ())}
    assert {path for path in paths if path and "{device_id}" in path} == {
        route.split("?")[0].format("{device_id}") for route in DEVICE_ROUTES
    }


@pytest.mark.parametrize("route", DEVICE_ROUTES)
async def test_a_device_of_another_user_is_not_found(meters: Meters, route: str) -> None:
    owner = uuid4()
    device, unowned = await meters.device(owner=owner), await meters.device()
    await meters.request("GET", route.format(device), by=owner)
    await meters.request("GET", route.format(device))
    absent = await meters.request("GET", route.format(uuid4()), by=uuid4(), expect=404)
    for hidden, by in ((device, uuid4()), (unowned, owner)):
        problem = await meters.request("GET", route.format(hidden), by=by, expect=404)
        assert {**problem, "request_id": ""} == {**absent, "request_id": ""}


async def test_every_route_requires_a_token(meters: Meters) -> None:
    device = await meters.device()
    for route in [*DEVICE_ROUTES, "/alerts", "/summaries", "/fleet", "/rejected"]:
        answer = await meters.running.client.get(f"/monitoring{route.format(device)}")
        assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert (await meters.running.client.post("/monitoring/readings", json={})).status_code == 401


async def test_each_interval_is_one_point_with_its_quality(meters: Meters) -> None:
    device = await meters.device(limit="2.5")
    await meters.post([reading(device, at(2026, 5, 4, 10, 5), 1), reading(device, at(2026, 5, 4, 12, 59), 0.5)])
    query: dict[str, Any] = {"from": at(2026, 5, 4, 9, 30).isoformat(), "to": at(2026, 5, 4, 13, 1).isoformat()}
    answer = await meters.consumption(device, **query, resolution="hour")
    assert (answer["device_id"], answer["time_zone"], answer["resolution"]) == (str(device), BUCHAREST, "hour")
    assert (answer["from"], answer["to"]) == ("2026-05-04T06:00:00Z", "2026-05-04T11:00:00Z")
    assert [(p["quality"], p["energy_kwh"]) for p in answer["points"]] == [
        ("missing", 0),
        ("partial", 1),
        ("missing", 0),
        ("estimated", 0.5),
        ("missing", 0),
    ]
    assert {p["limit_kwh"] for p in answer["points"]} == {2.5}
    assert [p["end"] for p in answer["points"][:-1]] == [p["start"] for p in answer["points"][1:]]
    assert answer["total_kwh"] == 1.5


@pytest.mark.parametrize("resolution", ["quarter_hour", "day", "week", "month", "year"])
async def test_only_hours_carry_the_limit(meters: Meters, resolution: str) -> None:
    device = await meters.device(limit="2.5")
    query: dict[str, Any] = {
        "from": at(2026, 5, 4).isoformat(),
        "to": at(2026, 5, 5).isoformat(),
        "resolution": resolution,
    }
    assert all("limit_kwh" not in p for p in (await meters.consumption(device, **query))["points"])


async def test_from_is_inclusive_and_to_exclusive(meters: Meters) -> None:
    device = await meters.device()
    await meters.post([reading(device, at(2026, 5, 4, hour), hour) for hour in (10, 11, 12)])
    query: dict[str, Any] = {"from": at(2026, 5, 4, 11).isoformat(), "to": at(2026, 5, 4, 12).isoformat()}
    assert (await meters.consumption(device, **query))["total_kwh"] == 11
    page = await meters.request("GET", f"/devices/{device}/readings", params=query)
    assert [item["measurement_value"] for item in page["items"]] == [11]


async def test_without_a_period_the_profile_goes_from_the_first_reading_to_now(meters: Meters) -> None:
    device = await meters.device()
    await meters.post([reading(device, at(2024, 2, 29), 1), reading(device, at(2025, 7, 1), 2)])
    answer = await meters.consumption(device, resolution="month")
    assert answer["from"] == "2024-01-31T22:00:00Z"
    assert answer["points"][-1]["start"] <= now().isoformat() < answer["to"].replace("Z", "+00:00")
    assert answer["total_kwh"] == 3
    assert (await meters.consumption(device, resolution="year"))["total_kwh"] == 3


async def test_a_profile_ends_with_the_running_interval(meters: Meters) -> None:
    device = await meters.device()
    query: dict[str, Any] = {
        "from": (now() - timedelta(hours=2)).isoformat(),
        "to": (now() + timedelta(days=3)).isoformat(),
    }
    answer = await meters.consumption(device, **query, resolution="quarter_hour")
    assert len(answer["points"]) in (9, 10)


async def test_a_device_without_readings_has_an_empty_profile(meters: Meters) -> None:
    device = await meters.device()
    answer = await meters.consumption(device)
    assert (answer["total_kwh"], answer["points"]) == (0, [])
    summary = await meters.request("GET", f"/devices/{device}/summary")
    assert (summary["state"], summary["last_reading_at"], summary["power_w"]) == ("never", None, None)


@pytest.mark.parametrize(
    ("resolution", "days", "points"),
    [("quarter_hour", 104, 9_984), ("quarter_hour", 105, None), ("hour", 416, 9_984), ("hour", 418, None)],
)
async def test_a_profile_of_more_than_10000_points_is_refused(
    meters: Meters, resolution: str, days: int, points: int | None
) -> None:
    device = await meters.device(zone="Asia/Kolkata")
    begin = datetime(2024, 1, 1, 18, 30, tzinfo=UTC)
    query: dict[str, Any] = {
        "from": begin.isoformat(),
        "to": (begin + timedelta(days=days)).isoformat(),
        "resolution": resolution,
    }
    if points is None:
        problem = await meters.request("GET", f"/devices/{device}/consumption", params=query, expect=422)
        assert problem["code"] == "range_too_large"
    else:
        assert len((await meters.consumption(device, **query))["points"]) == points


async def test_all_days_weeks_months_and_years_since_2010_fit_into_one_profile(meters: Meters) -> None:
    device = await meters.device()
    for resolution in ("day", "week", "month", "year"):
        query: dict[str, Any] = {"from": "1990-01-01T00:00:00Z", "resolution": resolution}
        assert (await meters.consumption(device, **query))["points"]


async def test_an_empty_period_is_refused(meters: Meters) -> None:
    device = await meters.device()
    query: dict[str, Any] = {"from": at(2026, 5, 4).isoformat(), "to": at(2026, 5, 4).isoformat()}
    problem = await meters.request("GET", f"/devices/{device}/consumption", params=query, expect=422)
    assert problem["errors"][0]["field"] == "to"


async def test_pages_of_readings_have_no_gap_and_no_repeat(meters: Meters) -> None:
    device = await meters.device()
    sent = every(device, at(2026, 5, 31, 22), at(2026, 6, 1, 2), timedelta(minutes=10), 0.5)  # across two partitions
    await meters.post(sent)
    pages = await meters.all_pages(f"/devices/{device}/readings", limit=7)
    assert [len(page) for page in pages] == [7, 7, 7, 3]
    instants = [int(datetime.fromisoformat(item["timestamp"]).timestamp() * 1000) for item in flat(pages)]
    assert instants == [item["timestamp"] for item in sent]


async def test_a_full_last_page_has_no_next_cursor(meters: Meters) -> None:
    device = await meters.device()
    await meters.post(every(device, at(2026, 5, 4), at(2026, 5, 4, 1), timedelta(minutes=10), 1))
    assert len(await meters.all_pages(f"/devices/{device}/readings", limit=6)) == 1


async def test_a_heat_map_has_24_hours_a_day_and_sums_a_repeated_hour(meters: Meters) -> None:
    device = await meters.device()
    await meters.post([reading(device, at(2026, 10, 25, 5), 1), reading(device, at(2026, 10, 26, 23, 59), 2)])
    repeated = datetime(2026, 10, 25, 0, tzinfo=UTC)
    await meters.post([reading(device, repeated, 0.25), reading(device, repeated + timedelta(hours=1), 0.5)])
    query: dict[str, Any] = {"from": at(2026, 10, 25).isoformat(), "to": at(2026, 10, 27).isoformat()}
    answer = await meters.request("GET", f"/devices/{device}/heatmap", params=query)
    first, second = answer["days"]
    assert [day["date"] for day in (first, second)] == ["2026-10-25", "2026-10-26"]
    assert [(n, value) for n, value in enumerate(first["hours"]) if value is not None] == [(3, 0.75), (5, 1)]
    assert [(n, value) for n, value in enumerate(second["hours"]) if value is not None] == [(23, 2)]
    assert {len(day["hours"]) for day in answer["days"]} == {24}


async def test_a_summary_has_the_current_values_of_the_meter(meters: Meters) -> None:
    device = await meters.device(limit="3")
    latest = now().replace(microsecond=0)
    hour = latest.replace(minute=0, second=0)
    await meters.post([reading(device, latest - timedelta(minutes=6), 0.1), reading(device, latest, 0.2)])
    summary = await meters.request("GET", f"/devices/{device}/summary")
    assert (summary["state"], summary["limit_kwh"], summary["last_measurement_value"]) == ("live", 3, 0.2)
    assert datetime.fromisoformat(summary["last_reading_at"]) == latest
    assert summary["power_w"] == 2_000
    begin, end = (datetime.fromisoformat(summary["hour"][name]) for name in ("start", "end"))
    assert (begin, end) == (hour, hour + timedelta(hours=1)) or begin >= hour  # the hour may end during the test
    assert summary["over_limit_since"] is None
    await meters.post(reading(device, latest - timedelta(seconds=1), 4))
    summary = await meters.request("GET", f"/devices/{device}/summary")
    alerts = await meters.alerts(device)
    assert summary["over_limit_since"] in (alerts[0]["raised_at"], None if begin > hour else alerts[0]["raised_at"])


async def test_a_meter_without_recent_readings_is_silent(meters: Meters) -> None:
    device = await meters.device()
    await meters.post(reading(device, now() - timedelta(hours=3), 1))
    assert (await meters.request("GET", f"/devices/{device}/summary"))["state"] == "silent"


async def test_summaries_list_only_meters_of_the_user_in_pages(meters: Meters) -> None:
    owner = uuid4()
    devices = [await meters.device(owner=owner) for _ in range(5)]
    await meters.device(owner=uuid4())
    pages = await meters.all_pages("/summaries", by=owner, limit=2)
    assert [len(page) for page in pages] == [2, 2, 1]
    assert [UUID(item["device_id"]) for item in flat(pages)] == devices
    assert await meters.all_pages("/summaries", by=uuid4()) == [[]]


@pytest.mark.parametrize(
    ("instant", "last_month", "until"),
    [
        (at(2026, 3, 31, 12), date(2026, 2, 1), at(2026, 3, 1)),
        (at(2026, 3, 10, 12), date(2026, 2, 1), at(2026, 2, 10, 12, 15)),
        (at(2026, 1, 31, 23, 59), date(2025, 12, 1), at(2026, 1, 1)),
    ],
)
def test_the_same_time_of_last_month_ends_with_last_month(instant: datetime, last_month: date, until: datetime) -> None:
    periods = current_periods(1, BUCHAREST, instant)
    assert start_of(periods.last_month) == at(last_month.year, last_month.month, last_month.day)
    assert periods.last_month_now == slot_at(until)


async def test_the_fleet_counts_meters_by_state(fresh: Meters) -> None:
    live, silent, never, over = [await fresh.device(limit="1") for _ in range(4)]
    await fresh.post([reading(live, now(), 0.1), reading(silent, now() - timedelta(hours=5), 0.1)])
    await fresh.post(reading(over, now(), 2))
    fleet: Any = await fresh.request("GET", "/fleet")
    assert (fleet["devices"], fleet["reporting"], fleet["silent"], fleet["never"]) == (4, 2, 1, 1)
    assert len(fleet["readings_per_minute"]) == 60
    attention = {(item["kind"], item["device_id"]) for item in fleet["attention"]}
    assert ("silent", str(silent)) in attention
    assert fleet["over_limit"] == sum(kind == "over_limit" for kind, _ in attention)
    assert never not in {device for _, device in attention}
