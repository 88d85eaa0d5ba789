"""The quality of stored data at every resolution, the limit as a step, and exact sums of large values."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple, get_args
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contor.kernel.clock import now
from contor.services.monitoring.metering.intervals import Interval, spread
from contor.services.monitoring.metering.quality import Quality
from contor.services.monitoring.metering.slots import Resolution, boundaries, slot_after, slot_at, start_of
from contor.services.monitoring.metering.units import exact_kwh
from tests.integration.services.monitoring.conftest import BUCHAREST, Meters, at, every, reading

STRENGTH: list[Quality] = ["measured", "corrected", "partial", "estimated", "suspicious"]
BEGIN = datetime(2026, 10, 24, 20, tzinfo=UTC)
"""Two days around the end of summer time in Bucharest."""
STEP_MS = 150_000
STEPS = 48 * 24
MAX_POWER_KW = 2
STEPPED = st.integers(0, STEPS)


class Case(NamedTuple):
    zone: str
    interval: int | None
    stamp: str
    readings: dict[int, int]
    """{step: Wh}"""
    corrections: dict[int, int | None]
    """{step: Wh; None: set aside}"""


@st.composite
def cases(draw: st.DrawFn) -> Case:
    blocks = draw(st.lists(st.tuples(STEPPED, st.integers(1, 200), st.sampled_from([1, 2, 6, 12, 24])), max_size=5))
    steps = {step for first, count, by in blocks for step in range(first, min(first + count * by, STEPS), by)}
    values = st.integers(0, 100) | st.integers(400, 510)
    readings = {step: draw(values) if draw(st.integers(0, 20)) == 0 else 1 for step in sorted(steps)}
    corrected = draw(st.lists(st.sampled_from(sorted(steps)), max_size=2, unique=True)) if steps else []
    return Case(
        draw(st.sampled_from([BUCHAREST, "Asia/Kolkata", "Asia/Kathmandu", "Etc/UTC"])),
        draw(st.sampled_from([None, None, 5, 15, 60])),
        draw(st.sampled_from(["start", "end"])),
        readings,
        {step: draw(st.none() | st.integers(0, 20)) for step in corrected},
    )


def model(case: Case, resolution: Resolution, edges: list[int]) -> list[tuple[float, Quality]]:
    """Energy and quality of each interval from its definition, slot by slot."""
    interval = Interval.of(case.stamp, case.interval)
    energies, covered = defaultdict[int, int](int), defaultdict[int, int](int)
    corrected = set[int]()
    for step, value in (case.readings | case.corrections).items():
        for share in spread(int(BEGIN.timestamp() * 1000) + step * STEP_MS, (value or 0) * 1_000_000, interval):
            if value is not None:
                energies[share.slot] += share.energy
                covered[share.slot] += share.covered
            if step in case.corrections:
                corrected.add(share.slot)

    previous = {slot: before for before, slot in pairwise(sorted(energies))}

    def of_slot(slot: int) -> Quality:
        if slot not in energies:
            return "missing"
        if energies[slot] > MAX_POWER_KW * 250_000_000:
            return "suspicious"
        minutes: dict[str, float] = {"quarter_hour": 15, "hour": 60}
        if (case.interval or 0) > minutes.get(resolution, 1_440):
            return "estimated"
        if case.interval is None and slot - previous.get(slot, slot) > 4:
            return "estimated"
        if case.interval is not None and covered[slot] < 900_000:
            return "partial"
        return "corrected" if slot in corrected else "measured"

    def of_interval(first: int, after: int) -> tuple[float, Quality]:
        slots = [of_slot(slot) for slot in range(first, after)]
        energy = float(exact_kwh(sum(energies.get(slot, 0) for slot in range(first, after))))
        if set(slots) == {"missing"}:
            return energy, "missing"
        found = [STRENGTH.index("partial" if quality == "missing" else quality) for quality in slots]
        return energy, STRENGTH[max(found)]

    return [of_interval(first, after) for first, after in pairwise(edges)]


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(cases(), st.sampled_from([timedelta(0), timedelta(hours=7), timedelta(hours=26)]))
async def test_energy_and_quality_equal_those_of_a_simple_model_at_every_resolution(
    meters: Meters, case: Case, skipped: timedelta
) -> None:
    stated: dict[str, Any] = {"interval_minutes": case.interval, "stamp": case.stamp}
    device = await meters.device(zone=case.zone, max_power_kw=str(MAX_POWER_KW), **stated)
    moments = {step: BEGIN + timedelta(milliseconds=step * STEP_MS) for step in case.readings}
    if case.readings:
        largest = MAX_POWER_KW * 1000 * (case.interval or 60 * 24 * 31) // 60
        case = case._replace(readings={step: min(value, largest) for step, value in case.readings.items()})
        sent = [reading(device, moments[step], value / 1000) for step, value in case.readings.items()]
        assert await meters.counts(sent) == (len(sent), 0, 0)
    for step, value in case.corrections.items():
        await correct(meters, device, moments[step], value)
    begin, end = BEGIN - timedelta(hours=3) + skipped, BEGIN + timedelta(hours=54)
    for resolution in get_args(Resolution):
        query = {"from": begin.isoformat(), "to": end.isoformat(), "resolution": resolution}
        points = (await meters.consumption(device, **query))["points"]
        edges = boundaries(slot_at(begin), slot_after(end), resolution, case.zone)
        assert [point["start"] for point in points] == [f"{start_of(e):%Y-%m-%dT%H:%M:%SZ}" for e in edges[:-1]]
        assert [(p["energy_kwh"], p["quality"]) for p in points] == model(case, resolution, edges), resolution


async def correct(meters: Meters, device: UUID, moment: datetime, watt_hours: int | None) -> None:
    replacement = None if watt_hours is None else watt_hours / 1000
    body = {"timestamp": moment.isoformat(), "replacement": replacement, "reason": "Read by hand"}
    await meters.request("POST", f"/devices/{device}/corrections", json=body, expect=201)


async def hours(meters: Meters, device: UUID, begin: datetime, end: datetime, **query: Any) -> list[Any]:
    query = {"from": begin.isoformat(), "to": end.isoformat(), "resolution": "hour"} | query
    points: list[Any] = (await meters.consumption(device, **query))["points"]
    return points


async def test_twelve_hours_of_silence_make_the_next_energy_estimated(meters: Meters) -> None:
    device = await meters.device()
    before = every(device, at(2026, 5, 3, 20), at(2026, 5, 3, 21), timedelta(minutes=15), 0.1)
    after = every(device, at(2026, 5, 4, 9, 15), at(2026, 5, 4, 11), timedelta(minutes=15), 0.1)
    await meters.post([*before, reading(device, at(2026, 5, 4, 9), 6), *after])
    points = await hours(meters, device, at(2026, 5, 4, 8), at(2026, 5, 4, 11))
    assert [(p["energy_kwh"], p["quality"]) for p in points] == [(0, "missing"), (6.3, "estimated"), (0.4, "measured")]
    (alone,) = await hours(meters, device, at(2026, 5, 4, 9), at(2026, 5, 4, 10))
    assert alone["quality"] == "estimated"


async def test_five_minutes_of_data_do_not_make_a_measured_day(meters: Meters) -> None:
    device = await meters.device()
    await meters.post(every(device, at(2026, 5, 4, 12), at(2026, 5, 4, 12, 5), timedelta(minutes=1), 0.1))
    for resolution in ("hour", "day", "week", "month", "year"):
        points = await hours(meters, device, at(2026, 5, 4, 12), at(2026, 5, 4, 13), resolution=resolution)
        assert [p["quality"] for p in points] == ["partial"]


async def test_the_running_interval_needs_data_only_up_to_now(meters: Meters) -> None:
    device = await meters.device()
    begin = now() - timedelta(hours=30)
    await meters.post(every(device, begin, now() + timedelta(minutes=4), timedelta(minutes=5), 0.01))
    for resolution in ("quarter_hour", "hour"):
        points = await hours(meters, device, begin, now() + timedelta(hours=1), resolution=resolution)
        assert {p["quality"] for p in points[1:]} == {"measured"}, resolution
    (*_, today) = await hours(meters, device, begin, now(), resolution="day")
    assert today["quality"] == "measured"


@pytest.mark.parametrize("zone", [BUCHAREST, "Asia/Kolkata"])
async def test_the_limit_is_a_step_that_begins_with_the_hour_of_its_change(meters: Meters, zone: str) -> None:
    device = await meters.device(zone=zone, limit="2")
    await meters.device(device, zone=zone, limit="1.5", limit_since=at(2026, 5, 4, 10, 40, zone=zone))
    await meters.device(device, zone=zone, limit=None, limit_since=at(2026, 5, 4, 12, zone=zone))
    await meters.device(device, zone=zone, limit="3", limit_since=at(2026, 5, 4, 13, 59, zone=zone))
    points = await hours(meters, device, at(2026, 5, 4, 8, zone=zone), at(2026, 5, 4, 15, zone=zone))
    assert [p.get("limit_kwh") for p in points] == [2, 2, 1.5, 1.5, None, 3, 3]
    for resolution in ("quarter_hour", "day"):
        begin, end = at(2026, 5, 4, 8, zone=zone), at(2026, 5, 4, 15, zone=zone)
        assert all("limit_kwh" not in p for p in await hours(meters, device, begin, end, resolution=resolution))


async def test_sums_beyond_53_bits_are_exact(meters: Meters) -> None:
    device = await meters.device(max_power_kw="100000")
    value = Decimal("74399999.999999")
    sent = ",".join(
        f'{{"timestamp": {int(at(2026, 5, 4, hour, minute).timestamp() * 1000)}, "device_id": "{device}",'
        f' "measurement_value": {value}}}'
        for hour in range(24)
        for minute in range(60)
    )
    await meters.post(f"[{sent}]")
    (day,) = await hours(meters, device, at(2026, 5, 4), at(2026, 5, 5), resolution="day")
    assert day["energy_kwh"] == float(value * 24 * 60)
    profile = await meters.consumption(device, resolution="month")
    assert profile["total_kwh"] == float(value * 24 * 60)
    for hour in await hours(meters, device, at(2026, 5, 4), at(2026, 5, 5)):
        assert (hour["energy_kwh"], hour["quality"]) == (float(value * 60), "suspicious")
