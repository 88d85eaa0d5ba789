"""The period of a request: any `from` and `to` that a user can send, on every endpoint that has them."""

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any, get_args
from uuid import uuid4

import pytest

from contor.kernel.clock import now
from contor.services.monitoring.metering.slots import Resolution
from tests.integration.services.monitoring.conftest import Meters, at, every, reading

INSTANTS = [
    None,
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00.000001+23:59",
    "1969-12-31T23:59:59.999999-23:59",
    "2026-05-04T00:00:00.0005Z",
    "2026-05-05T00:00:00+05:45",
    "2199-12-31T23:59:59Z",
    "9999-12-31T23:59:59.999999-23:59",
    "9999-12-31T23:59:59.999999+23:59",
    "253402300799",
    "-1e400",
]
PATHS = [
    "/devices/{device_id}/readings",
    "/devices/{device_id}/consumption",
    "/devices/{device_id}/heatmap",
    "/alerts",
    "/alerts/count",
]
RESOLUTIONS = get_args(Resolution)


def test_every_endpoint_with_a_period_is_listed_here(meters: Meters) -> None:
    with_period = {
        path.removeprefix("/monitoring")
        for path, operations in meters.running.app.openapi()["paths"].items()
        if any(parameter["name"] == "from" for parameter in operations.get("get", {}).get("parameters", []))
    }
    assert with_period == set(PATHS)


@pytest.mark.parametrize("path", [*PATHS, "/summaries"])
@pytest.mark.parametrize("by_admin", [True, False])
async def test_no_period_is_a_server_error(meters: Meters, path: str, by_admin: bool) -> None:
    owner = uuid4()
    device = await meters.device(zone="America/Havana", owner=owner)
    headers = meters.running.admin() if by_admin else meters.running.auth(owner)
    for n, (begin, end) in enumerate(product(INSTANTS, INSTANTS)):
        query = {"from": begin, "to": end, "resolution": [*RESOLUTIONS, "auto"][n % 7]}
        answer = await meters.running.client.get(
            f"/monitoring{path.format(device_id=device)}",
            params={name: value for name, value in query.items() if value is not None},
            headers=headers,
        )
        assert answer.status_code in (200, 422), (query, answer.text)


async def test_no_period_of_a_deletion_is_a_server_error(meters: Meters) -> None:
    device = await meters.device()
    for begin, end in product(INSTANTS, INSTANTS):
        query = {"from": begin, "to": end, "reason": "Test data"}
        answer = await meters.running.client.delete(
            f"/monitoring/devices/{device}/readings",
            params={name: value for name, value in query.items() if value is not None},
            headers=meters.running.admin(),
        )
        assert answer.status_code in (200, 422), (query, answer.text)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("end", ["2026-05-04T00:00:00Z", "2026-05-03T00:00:00Z", "2026-05-04T01:00:00+01:00"])
async def test_a_period_that_ends_before_it_begins_is_refused(meters: Meters, path: str, end: str) -> None:
    url = path.format(device_id=await meters.device())
    problem = await meters.request("GET", url, params={"from": "2026-05-04T00:00:00Z", "to": end}, expect=422)
    assert (problem["errors"][0]["field"], problem["errors"][0]["code"]) == ("to", "range_empty")


@pytest.mark.parametrize("resolution", ["auto", *RESOLUTIONS])
@pytest.mark.parametrize(
    ("begin", "end"),
    [(timedelta(minutes=1), None), (timedelta(days=500), timedelta(days=531)), (timedelta(days=90_000), None)],
)
async def test_the_future_has_no_points_and_no_energy(
    meters: Meters, resolution: str, begin: timedelta, end: timedelta | None
) -> None:
    device = await meters.device()
    await meters.post(reading(device, now(), 4.4))
    query: dict[str, Any] = {"from": (now() + begin).isoformat(), "resolution": resolution}
    if end is not None:
        query["to"] = (now() + end).isoformat()
    profile = await meters.consumption(device, **query)
    assert (profile["points"], profile["total_kwh"]) == ([], 0)
    assert profile["from"] == profile["to"]
    if end is not None:
        assert (await meters.request("GET", f"/devices/{device}/heatmap", params=query))["days"] == []


@pytest.mark.parametrize("resolution", RESOLUTIONS)
async def test_a_period_before_the_first_reading_is_missing(meters: Meters, resolution: str) -> None:
    device = await meters.device()
    await meters.post(reading(device, now(), 4.4))
    query: dict[str, Any] = {"from": at(2015, 1, 5).isoformat(), "to": at(2015, 1, 12).isoformat()}
    profile = await meters.consumption(device, **query, resolution=resolution)
    assert {point["quality"] for point in profile["points"]} == {"missing"}
    assert profile["total_kwh"] == 0
    days = (await meters.request("GET", f"/devices/{device}/heatmap", params=query))["days"]
    assert [set(day["hours"]) for day in days] == [{None}] * 7


async def test_no_profile_begins_before_2010(meters: Meters) -> None:
    device = await meters.device(zone="Etc/UTC")
    early: dict[str, Any] = {"from": "1990-01-01T00:00:00Z"}
    profile = await meters.consumption(device, **early, resolution="month")
    assert profile["points"][0]["start"] == profile["from"] == "2010-01-01T00:00:00Z"
    early["to"] = "2005-01-01T00:00:00Z"
    profile = await meters.consumption(device, **early, resolution="month")
    assert (profile["points"], profile["total_kwh"]) == ([], 0)


@pytest.mark.parametrize(
    ("first_reading", "resolution"),
    [(timedelta(hours=30), "quarter_hour"), (timedelta(days=40), "hour"), (timedelta(days=800), "day")],
)
async def test_without_parameters_the_resolution_fits_the_time_since_the_first_reading(
    meters: Meters, first_reading: timedelta, resolution: str
) -> None:
    device = await meters.device()
    await meters.post([reading(device, now() - first_reading, 1), reading(device, now(), 2)])
    profile = await meters.consumption(device)
    assert (profile["resolution"], profile["total_kwh"]) == (resolution, 3)


async def test_one_reading_of_a_lost_clock_leaves_the_whole_profile_usable(meters: Meters) -> None:
    device = await meters.device()
    await meters.post([reading(device, datetime(2010, 1, 1, 1, tzinfo=UTC), 0.5), reading(device, now(), 2)])
    profile = await meters.consumption(device)
    assert (profile["resolution"], profile["total_kwh"]) == ("month", 2.5)
    assert len(profile["points"]) < 500


async def test_a_resolution_with_too_many_points_is_refused_and_names_the_finest_that_fits(meters: Meters) -> None:
    device = await meters.device()
    for resolution, fits in (("quarter_hour", "hour"), ("hour", "day")):
        days = 300 if resolution == "quarter_hour" else 500
        begin = (now() - timedelta(days=days)).isoformat()
        problem = await meters.request(
            "GET", f"/devices/{device}/consumption", params={"from": begin, "resolution": resolution}, expect=422
        )
        assert problem["code"] == "range_too_large"
        assert f"resolution={fits}" in problem["detail"]


async def test_weeks_begin_on_monday_in_the_time_zone_of_the_device(meters: Meters) -> None:
    device = await meters.device()
    await meters.post([reading(device, at(2026, 5, 3, 23, 59), 1), reading(device, at(2026, 5, 4), 2)])
    query: dict[str, Any] = {"from": at(2026, 4, 29).isoformat(), "to": at(2026, 5, 6).isoformat()}
    profile = await meters.consumption(device, **query, resolution="week")
    assert [(p["start"], p["energy_kwh"]) for p in profile["points"]] == [
        ("2026-04-26T21:00:00Z", 1),
        ("2026-05-03T21:00:00Z", 2),
    ]


async def test_the_alert_of_an_hour_that_overlaps_the_period_is_listed(meters: Meters) -> None:
    device = await meters.device(zone="Asia/Kolkata", limit="1")
    hours = [datetime(2026, 5, 4, hour, 30, tzinfo=UTC) for hour in (3, 4, 5)]
    await meters.post([reading(device, hour, 1.1) for hour in hours])

    async def found(begin: str | None, end: str | None) -> list[str]:
        period: dict[str, Any] = {"from": begin, "to": end}
        period = {name: f"2026-05-04T{time}Z" for name, time in period.items() if time is not None}
        return [alert["hour_start"][11:16] for alert in await meters.alerts(device, **period)]

    assert await found("05:00:00", None) == ["05:30", "04:30"]
    assert await found("05:30:00", None) == ["05:30"]
    assert await found("05:00:00", "05:00:00.000001") == ["04:30"]
    assert await found(None, "04:30:00") == ["03:30"]
    assert await found("04:30:00", "05:30:00") == ["04:30"]


async def test_sub_millisecond_bounds_of_readings_are_exact(meters: Meters) -> None:
    device = await meters.device()
    moment = datetime(2026, 5, 4, 12, tzinfo=UTC)
    await meters.post(every(device, moment, moment + timedelta(seconds=2), timedelta(seconds=1), 1))

    async def count(begin: datetime, end: datetime) -> int:
        period = {"from": begin.isoformat(), "to": end.isoformat()}
        page = await meters.request("GET", f"/devices/{device}/readings", params=period)
        return len(page["items"])

    after = timedelta(microseconds=1)
    assert await count(moment, moment + after) == 1
    assert await count(moment + after, moment + timedelta(seconds=1)) == 0
    period: dict[str, Any] = {"from": "2026-05-04T11:00:00Z", "to": (moment + after).isoformat()}
    profile = await meters.consumption(device, **period)
    assert profile["total_kwh"] == 2
