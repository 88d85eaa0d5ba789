"""Stored readings and the load profile: idempotent, exact, in any order, in every time zone."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contor.contracts.alerts import HourlyLimitExceeded, HourlyLimitRestored
from contor.services.monitoring.metering.intervals import Interval
from contor.services.monitoring.metering.kinds import interval
from contor.services.monitoring.metering.slots import hour_of, start_of
from contor.services.monitoring.metering.units import UWH_PER_KWH, exact_kwh
from tests.integration.services.monitoring.conftest import BUCHAREST, Meters, at, every, hours_ago, reading

LIMIT = "0.3"
ZONES = [BUCHAREST, "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Havana"]
# Some are just before a clock change of Bucharest or Lord Howe.
BEGINNINGS = [
    datetime(2026, 3, 28, 23, tzinfo=UTC),
    datetime(2026, 10, 24, 23, tzinfo=UTC),
    datetime(2026, 4, 4, 14, tzinfo=UTC),
    datetime(2025, 12, 31, 21, tzinfo=UTC),
]
values = st.integers(0, 200_000).map(lambda milliwatt_hours: Decimal(milliwatt_hours).scaleb(-6).normalize())
sets_of_readings = st.dictionaries(
    st.integers(0, 4 * 60).map(lambda n: n * 60_000 + n), values, min_size=1, max_size=25
)


@st.composite
def deliveries(draw: st.DrawFn, sent: list[tuple[int, Decimal]]) -> list[list[tuple[int, Decimal]]]:
    """The same readings in some order, some more than once, in some split into batches."""
    again = draw(st.lists(st.sampled_from(sent), max_size=8))
    order = draw(st.permutations([*sent, *again]))
    cuts = sorted(draw(st.sets(st.integers(1, len(order)), max_size=4)) | {0, len(order)})
    return [list(order[begin:end]) for begin, end in pairwise(cuts)]


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.sampled_from(ZONES), st.sampled_from(BEGINNINGS), sets_of_readings, st.data())
async def test_profile_and_alerts_do_not_depend_on_order_repetition_or_batches(
    meters: Meters, zone: str, begin: datetime, sent: dict[int, Decimal], data: st.DataObject
) -> None:
    origin = int(begin.timestamp() * 1000)
    readings = [(origin + offset, value) for offset, value in sent.items()]
    device = await meters.device(zone=zone, limit=LIMIT)
    totals = [0, 0, 0]
    for batch in data.draw(deliveries(readings)):
        for n, count in enumerate(await meters.counts(_bodies(device, batch))):
            totals[n] += count
        assert totals[2] == 0
    assert totals[0] == len(readings)

    energies = {at_ms: interval.amount(value, UWH_PER_KWH, 10**15) for at_ms, value in readings}
    slots = interval.profile(energies, Interval())
    expected = {_utc(start_of(slot)): float(exact_kwh(energy)) for slot, energy in slots.items()}
    assert await meters.profile(device, begin, begin + timedelta(hours=6)) == expected
    hours: dict[tuple[int, int], int] = {}
    for slot, energy in slots.items():
        hours[hour_of(slot, zone)] = hours.get(hour_of(slot, zone), 0) + energy
    over = {
        (_utc(start_of(first)), _utc(start_of(after)), float(exact_kwh(energy)))
        for (first, after), energy in hours.items()
        if energy > 300_000_000
    }
    alerts = await meters.alerts(device)
    assert {(a["hour_start"], a["hour_end"], a["energy_kwh"]) for a in alerts} == over
    assert len(alerts) == len(over)
    assert {a["state"] for a in alerts} <= {"active"}
    await meters.outbox_published()
    assert meters.past_alerts_found(device) == len(over)
    assert meters.published_alerts(HourlyLimitExceeded, device) == []


def _bodies(device: UUID, batch: list[tuple[int, Decimal]]) -> str:
    items = (
        f'{{"timestamp": {at_ms}, "device_id": "{device}", "measurement_value": {value:f}}}' for at_ms, value in batch
    )
    return f"[{', '.join(items)}]"


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


async def test_an_hour_exactly_at_its_limit_raises_no_alert(meters: Meters) -> None:
    device = await meters.device(limit=LIMIT)
    await meters.post([reading(device, at(2026, 5, 4, 12, m), 0.1) for m in (0, 20, 40)])
    assert await meters.alerts(device) == []
    await meters.outbox_published()
    assert meters.published_alerts(HourlyLimitExceeded, device) == []


async def test_an_hour_over_its_limit_raises_exactly_one_alert(meters: Meters) -> None:
    device = await meters.device(limit=LIMIT)
    for minute, value in ((0, 0.1), (20, 0.1), (40, 0.1), (50, 0.001), (55, 1)):
        await meters.post(reading(device, hours_ago(1, minute), value))
    (alert,) = await meters.alerts(device)
    assert (alert["hour_start"], alert["hour_end"]) == (_utc(hours_ago(1)), _utc(hours_ago(0)))
    assert (alert["energy_kwh"], alert["limit_kwh"], alert["state"]) == (1.301, 0.3, "active")
    await meters.outbox_published()
    raised, became_critical = meters.published_alerts(HourlyLimitExceeded, device)
    assert (raised.energy_kwh, raised.severity) == (Decimal("0.301"), "warning")
    assert (became_critical.energy_kwh, became_critical.severity) == (Decimal("1.301"), "critical")
    assert str(raised.id) == str(became_critical.id) == alert["id"]
    assert raised.raised_at == became_critical.raised_at


async def test_a_corrected_value_changes_the_profile_and_clears_the_alert(meters: Meters) -> None:
    device = await meters.device(limit=LIMIT)
    moment = hours_ago(1, 7)
    await meters.post([reading(device, moment, 0.35), reading(device, hours_ago(1, 1), 0.05)])
    assert [(a["energy_kwh"], a["state"]) for a in await meters.alerts(device)] == [(0.4, "active")]
    assert await meters.counts(reading(device, moment, 0.25)) == (1, 0, 0)
    assert await meters.profile(device, hours_ago(1), hours_ago(0)) == {_utc(hours_ago(1)): 0.3}
    assert [(a["energy_kwh"], a["state"]) for a in await meters.alerts(device)] == [(0.3, "cleared")]
    await meters.outbox_published()
    (restored,) = meters.published_alerts(HourlyLimitRestored, device)
    assert restored.energy_kwh == Decimal("0.3")
    page = await meters.request("GET", f"/devices/{device}/readings")
    assert [r["measurement_value"] for r in page["items"]] == [0.05, 0.25]


async def test_a_cleared_alert_is_raised_again_and_unacknowledged(meters: Meters) -> None:
    owner = uuid4()
    device = await meters.device(limit=LIMIT, owner=owner)
    for value in (0.4, 0.2, 0.5, 0.1, 0.4):
        await meters.post(reading(device, hours_ago(1, 7), value))
        (alert,) = await meters.alerts(device)
        assert alert["acknowledged_at"] is None or alert["state"] == "cleared"
        await meters.request("POST", f"/alerts/{alert['id']}/acknowledge", by=owner)
    assert (alert["state"], alert["energy_kwh"], alert["severity"]) == ("active", 0.4, "warning")
    assert alert["raised_times"] == 3
    await meters.outbox_published()
    raised = meters.published_alerts(HourlyLimitExceeded, device)
    assert [(message.energy_kwh, message.raised_times) for message in raised] == [
        (Decimal("0.4"), 1),
        (Decimal("0.5"), 2),
        (Decimal("0.4"), 3),
    ]
    assert len(meters.published_alerts(HourlyLimitRestored, device)) == 2


async def test_the_last_of_two_values_for_one_instant_is_stored(meters: Meters) -> None:
    device = await meters.device()
    moment = at(2026, 5, 4, 12)
    await meters.post([reading(device, moment, 1), reading(device, moment, 2)])
    assert (await meters.consumption(device))["total_kwh"] == 2


@pytest.mark.parametrize(("day", "hours"), [(29, 23), (28, 24)])
async def test_the_day_on_which_summer_time_begins_has_23_hours(meters: Meters, day: int, hours: int) -> None:
    await check_day(meters, at(2026, 3, day), at(2026, 3, day + 1), hours)


async def test_the_day_on_which_summer_time_ends_has_25_hours(meters: Meters) -> None:
    await check_day(meters, at(2026, 10, 25), at(2026, 10, 26), 25)


async def test_a_day_in_a_half_hour_zone_begins_at_local_midnight(meters: Meters) -> None:
    zone = "Asia/Kolkata"
    points = await check_day(meters, at(2026, 5, 4, zone=zone), at(2026, 5, 5, zone=zone), 24, zone)
    assert points[0]["start"] == "2026-05-03T18:30:00Z"


async def test_a_half_hour_clock_change_makes_a_day_of_24_and_a_half_hours(meters: Meters) -> None:
    zone = "Australia/Lord_Howe"
    points = await check_day(meters, at(2026, 4, 5, zone=zone), at(2026, 4, 6, zone=zone), 25, zone)
    assert sorted(point["energy_kwh"] for point in points) == [0.03] + [0.06] * 24


async def check_day(meters: Meters, begin: datetime, end: datetime, hours: int, zone: str = BUCHAREST) -> list[Any]:
    """Readings every 10 minutes from a day before to a day after: the day and its hours contain exactly theirs."""
    device = await meters.device(zone=zone)
    around = (begin - timedelta(days=1), end + timedelta(days=1))
    sent = every(device, *around, timedelta(minutes=10), 0.01)
    assert await meters.counts(sent) == (len(sent), 0, 0)
    within = sum(begin.timestamp() * 1000 <= r["timestamp"] < end.timestamp() * 1000 for r in sent)
    query: dict[str, Any] = {"from": begin.isoformat(), "to": end.isoformat()}
    by_hour = await meters.consumption(device, **query, resolution="hour")
    by_day = await meters.consumption(device, **query, resolution="day")
    assert len(by_hour["points"]) == hours
    assert len(by_day["points"]) == 1
    assert round(within * 0.01, 6) == by_hour["total_kwh"] == by_day["total_kwh"] == by_day["points"][0]["energy_kwh"]
    assert round(sum(p["energy_kwh"] for p in by_hour["points"]), 6) == by_day["total_kwh"]
    assert {p["quality"] for p in by_hour["points"]} == {"measured"}
    points: list[Any] = by_hour["points"]
    return points


async def test_the_limit_holds_for_each_of_two_repeated_hours(meters: Meters) -> None:
    device = await meters.device(limit="0.5")
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 03:30 summer time, and an hour later 03:30 again
    await meters.post([reading(device, first, 0.4), reading(device, first + timedelta(hours=1), 0.4)])
    assert await meters.alerts(device) == []
    await meters.post(reading(device, first + timedelta(hours=1, minutes=5), 0.2))
    assert [a["hour_start"] for a in await meters.alerts(device)] == ["2026-10-25T01:00:00Z"]


async def test_a_late_reading_changes_its_own_hour(meters: Meters) -> None:
    device = await meters.device(limit="1")
    await meters.post(reading(device, at(2026, 5, 4, 12, 30), 0.9))
    await meters.post(reading(device, at(2026, 5, 9, 8, 0), 0.1))
    await meters.post(reading(device, at(2026, 5, 4, 12, 15), 0.2))
    assert [(a["hour_start"], a["energy_kwh"]) for a in await meters.alerts(device)] == [("2026-05-04T09:00:00Z", 1.1)]


async def test_concurrent_submissions_to_one_hour_raise_exactly_one_alert(meters: Meters) -> None:
    device = await meters.device(limit="0.1")
    sent = [
        reading(device, hours_ago(1, minute) + timedelta(seconds=second), 0.01)
        for minute in range(60)
        for second in (0, 30)
    ]
    answers = await asyncio.gather(*(meters.counts(item) for item in sent))
    assert answers == [(1, 0, 0)] * len(sent)
    (alert,) = await meters.alerts(device)
    assert alert["energy_kwh"] == 1.2
    await meters.outbox_published()
    published = meters.published_alerts(HourlyLimitExceeded, device)
    assert {message.raised_times for message in published} == {1}
    assert len({message.severity for message in published}) == len(published)


async def test_a_reading_sent_concurrently_is_accepted_once(meters: Meters) -> None:
    device = await meters.device()
    body = reading(device, at(2026, 5, 4, 12), 1)
    answers = await asyncio.gather(*(meters.counts([body, body]) for _ in range(20)))
    assert (sum(a[0] for a in answers), sum(a[1] for a in answers)) == (1, 39)
    assert (await meters.consumption(device))["total_kwh"] == 1


@pytest.mark.parametrize(("unit", "kwh"), [("Wh", 0.00035), ("kWh", 0.35), ("MWh", 350)])
async def test_values_are_in_the_unit_of_the_device(meters: Meters, unit: Any, kwh: float) -> None:
    device = await meters.device(unit=unit)
    await meters.post(reading(device, at(2026, 5, 4, 12), 0.35))
    (stored,) = (await meters.request("GET", f"/devices/{device}/readings"))["items"]
    assert (stored["measurement_value"], stored["energy_kwh"]) == (0.35, kwh)
    assert (await meters.consumption(device))["total_kwh"] == kwh


async def test_duplicates_are_counted_within_and_across_requests(meters: Meters) -> None:
    device = await meters.device()
    one, two, three = (reading(device, at(2026, 5, 4, 12, minute), 0.1) for minute in (0, 1, 2))
    assert await meters.counts([one, one, two]) == (2, 1, 0)
    assert await meters.counts([one, two, three, three]) == (1, 3, 0)
    assert await meters.counts([{"bad": True}, one, three | {"measurement_value": 0.2}]) == (1, 1, 1)
    assert (await meters.consumption(device))["total_kwh"] == 0.4


async def test_one_request_may_hold_readings_of_many_devices(meters: Meters) -> None:
    devices = [await meters.device() for _ in range(5)]
    moment = at(2026, 5, 4, 12)
    assert await meters.counts([reading(device, moment, n) for n, device in enumerate(devices)]) == (5, 0, 0)
    totals = [(await meters.consumption(device))["total_kwh"] for device in devices]
    assert totals == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("spelling", [str.upper, lambda text: text.replace("-", ""), lambda text: f"{{{text}}}"])
async def test_a_device_id_may_have_any_form_of_a_uuid(meters: Meters, spelling: Any) -> None:
    device = await meters.device()
    sent = [reading(device, at(2026, 5, 4, 12), 1), reading(spelling(str(device)), at(2026, 5, 4, 12), 1)]
    assert await meters.counts(sent) == (1, 1, 0)


async def test_a_batch_over_several_months_is_stored(meters: Meters) -> None:
    device = await meters.device()
    sent = every(device, at(2019, 12, 1), at(2020, 2, 9), timedelta(minutes=10), 0.001)[:10_000]
    assert await meters.counts(sent) == (10_000, 0, 0)
    assert (await meters.consumption(device, resolution="month"))["total_kwh"] == 10


async def test_only_owners_and_administrators_may_send(meters: Meters) -> None:
    owner, other = uuid4(), uuid4()
    device = await meters.device(owner=owner)
    body = reading(device, at(2026, 5, 4, 12), 1)
    assert await meters.counts(body, by=other) == (0, 0, 1)
    assert await meters.counts(body, by=owner) == (1, 0, 0)
    assert await meters.counts(body) == (0, 1, 0)
    assert (await meters.consumption(device))["total_kwh"] == 1
