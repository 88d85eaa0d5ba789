"""Quarter hours and local intervals, right by the clock of every time zone."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from contor.kernel.time_zones import known_time_zones
from contor.services.monitoring.metering.slots import (
    MIN_SLOTS,
    Resolution,
    automatic_resolution,
    boundaries,
    day_start,
    hour_of,
    local_date,
    slot_at,
    slot_of,
    start_of,
)

BUCHAREST = "Europe/Bucharest"
FIRST = slot_at(datetime(2000, 1, 2, tzinfo=UTC))
LAST = slot_at(datetime(2037, 12, 1, tzinfo=UTC))
MAX_SLOTS = {"quarter_hour": 3_000, "hour": 3_000, "day": 10_000, "week": 70_000, "month": 96 * 800, "year": 96 * 8_000}

zones = st.sampled_from(sorted(known_time_zones()))
slots = st.integers(FIRST, LAST)


def slots_of(zone: str, *moments: tuple[int, ...]) -> list[int]:
    return [slot_at(datetime(*moment, tzinfo=ZoneInfo(zone))) for moment in moments]  # type: ignore[arg-type,misc]


def local(slot: int, zone: str) -> str:
    return start_of(slot).astimezone(ZoneInfo(zone)).isoformat()


def test_a_reading_counts_in_the_quarter_hour_that_contains_its_timestamp() -> None:
    noon = int(datetime(2026, 6, 1, 12, tzinfo=UTC).timestamp() * 1000)
    assert start_of(slot_of(noon)) == datetime(2026, 6, 1, 12, tzinfo=UTC)
    assert slot_of(noon - 1) == slot_of(noon) - 1
    assert slot_of(noon + 899_999) == slot_of(noon) != slot_of(noon + 900_000)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        (BUCHAREST, date(2026, 3, 28), 24),
        (BUCHAREST, date(2026, 3, 29), 23),
        (BUCHAREST, date(2026, 10, 25), 25),
        ("Asia/Kolkata", date(2026, 3, 29), 24),
        ("Asia/Kathmandu", date(2026, 3, 29), 24),
        ("America/Havana", date(2026, 3, 8), 23),
        ("America/Havana", date(2026, 11, 1), 25),
        ("Asia/Beirut", date(2026, 3, 29), 23),
        ("Asia/Beirut", date(2026, 10, 24), 25),
        ("Africa/Cairo", date(2026, 4, 24), 23),
        ("America/Sao_Paulo", date(2018, 11, 4), 23),
        ("America/Sao_Paulo", date(2018, 2, 17), 25),
        ("Pacific/Apia", date(2011, 12, 29), 24),
    ],
)
def test_a_day_has_as_many_hours_as_its_local_clock_shows(zone: str, day: date, hours: int) -> None:
    first, after = day_start(day, zone), day_start(day + timedelta(days=1), zone)
    edges = boundaries(first, after, "hour", zone)
    assert (edges[0], edges[-1]) == (first, after) == tuple(boundaries(first, after, "day", zone))
    assert len(edges) - 1 == hours == (after - first) / 4
    assert {local_date(slot, zone) for slot in range(first, after)} == {day}


def test_the_hour_repeated_at_the_end_of_summer_time_counts_twice() -> None:
    three = slot_at(datetime(2026, 10, 25, 0, tzinfo=UTC))
    assert hour_of(three, BUCHAREST) == (three, three + 4)
    assert hour_of(three + 4, BUCHAREST) == (three + 4, three + 8)
    assert local(three, BUCHAREST)[11:16] == local(three + 4, BUCHAREST)[11:16] == "03:00"


@pytest.mark.parametrize(("zone", "minute"), [("Asia/Kolkata", 30), ("Asia/Kathmandu", 15), ("Pacific/Chatham", 15)])
def test_hours_of_a_zone_with_a_half_hour_offset_begin_by_its_local_clock(zone: str, minute: int) -> None:
    first, after = hour_of(slot_at(datetime(2026, 6, 1, 12, tzinfo=UTC)), zone)
    assert after - first == 4
    assert start_of(first).minute == minute
    assert datetime.fromisoformat(local(first, zone)).minute == 0


def test_a_half_hour_clock_change_makes_one_short_hour() -> None:
    zone = "Australia/Lord_Howe"
    back, forward = date(2026, 4, 5), date(2026, 10, 4)
    for day, quarters, count in ((back, 98, 25), (forward, 94, 24)):
        first, after = day_start(day, zone), day_start(day + timedelta(days=1), zone)
        assert after - first == quarters
        edges = boundaries(first, after, "hour", zone)
        lengths = [end - begin for begin, end in pairwise(edges)]
        assert sorted(lengths) == [2] + [4] * (count - 1)
        assert all(hour_of(begin, zone) == (begin, end) for begin, end in pairwise(edges))


@pytest.mark.parametrize(("zone", "day"), [("America/Havana", date(2026, 3, 8)), ("Asia/Beirut", date(2026, 3, 29))])
def test_a_day_without_midnight_begins_at_one(zone: str, day: date) -> None:
    first = day_start(day, zone)
    assert local(first, zone).startswith(f"{day}T01:00")
    assert local_date(first - 1, zone) == day - timedelta(days=1)


def test_a_skipped_date_is_not_an_interval() -> None:
    # Samoa went from Thursday the 29th to Saturday the 31st of December 2011.
    zone = "Pacific/Apia"
    first, after = slots_of(zone, (2011, 12, 29), (2012, 1, 1))
    edges = boundaries(first, after, "day", zone)
    assert [local_date(edge, zone) for edge in edges] == [date(2011, 12, 29), date(2011, 12, 31), date(2012, 1, 1)]


def test_months_and_years_begin_at_local_midnight() -> None:
    first, after = slots_of(BUCHAREST, (2025, 11, 30, 23), (2026, 4, 1, 0, 15))
    months = [local(edge, BUCHAREST) for edge in boundaries(first, after, "month", BUCHAREST)]
    assert months == [
        "2025-11-01T00:00:00+02:00",
        "2025-12-01T00:00:00+02:00",
        "2026-01-01T00:00:00+02:00",
        "2026-02-01T00:00:00+02:00",
        "2026-03-01T00:00:00+02:00",
        "2026-04-01T00:00:00+03:00",
        "2026-05-01T00:00:00+03:00",
    ]
    years = [local(edge, BUCHAREST)[:10] for edge in boundaries(first, after, "year", BUCHAREST)]
    assert years == ["2025-01-01", "2026-01-01", "2027-01-01"]


def test_weeks_begin_on_monday_at_local_midnight() -> None:
    # ISO week 1 of 2026 begins in 2025; the week of 29 March loses an hour.
    first, after = slots_of(BUCHAREST, (2026, 1, 1), (2026, 1, 12, 0, 15))
    weeks = [local(edge, BUCHAREST) for edge in boundaries(first, after, "week", BUCHAREST)]
    assert weeks == [f"{day}T00:00:00+02:00" for day in ("2025-12-29", "2026-01-05", "2026-01-12", "2026-01-19")]
    (sunday,) = slots_of(BUCHAREST, (2026, 3, 29, 23))
    edges = boundaries(sunday, sunday + 1, "week", BUCHAREST)
    assert edges == slots_of(BUCHAREST, (2026, 3, 23), (2026, 3, 30))
    assert edges[1] - edges[0] == 4 * (7 * 24 - 1)


@pytest.mark.parametrize(
    ("days", "resolution"),
    [
        (0, "quarter_hour"),
        (2, "quarter_hour"),
        (3, "hour"),
        (62, "hour"),
        (63, "day"),
        (1_098, "day"),
        (1_099, "month"),
    ],
)
def test_a_period_without_a_resolution_gets_one_by_its_length(days: int, resolution: Resolution) -> None:
    assert automatic_resolution(FIRST, FIRST + 96 * days) == resolution


@given(st.integers(0, 90 * 366 * 96))
def test_the_resolution_chosen_by_length_never_has_too_many_intervals(length: int) -> None:
    assert length // MIN_SLOTS[automatic_resolution(FIRST, FIRST + length)] <= 1_500


def test_the_last_slot_before_a_month_belongs_to_the_previous_month() -> None:
    (after,) = slots_of(BUCHAREST, (2026, 3, 1))
    assert boundaries(after - 1, after, "month", BUCHAREST) == slots_of(BUCHAREST, (2026, 2, 1), (2026, 3, 1))
    assert boundaries(after, after + 1, "month", BUCHAREST) == slots_of(BUCHAREST, (2026, 3, 1), (2026, 4, 1))


def test_an_empty_range_gives_the_interval_around_it() -> None:
    assert len(boundaries(FIRST, FIRST, "day", BUCHAREST)) == 2


@settings(deadline=None)
@given(zones, slots)
def test_all_slots_of_an_hour_name_the_same_hour(zone: str, slot: int) -> None:
    first, after = hour_of(slot, zone)
    assert first <= slot < after <= first + 4
    assert {hour_of(other, zone) for other in range(first, after)} == {(first, after)}
    assert len({local(other, zone)[:13] + local(other, zone)[-6:] for other in range(first, after)}) == 1


@settings(deadline=None, max_examples=200)
@given(zones, slots, st.sampled_from(get_args(Resolution)), st.data())
def test_boundaries_cover_the_range_with_local_intervals(
    zone: str, first: int, resolution: Resolution, data: st.DataObject
) -> None:
    after = min(first + data.draw(st.integers(1, MAX_SLOTS[resolution])), LAST + 1)
    check_boundaries(zone, first, after, resolution)


@example("America/St_Johns", datetime(2003, 10, 26, 2, 30, tzinfo=UTC), 2)
@example("Pacific/Fakaofo", datetime(2011, 12, 30, 9, tzinfo=UTC), 30)
@example("Australia/Lord_Howe", datetime(2026, 4, 4, 14, tzinfo=UTC), 9)
@example("Antarctica/Casey", datetime(2020, 10, 3, 15, tzinfo=UTC), 20)
@example("Asia/Gaza", datetime(2011, 3, 31, 21, tzinfo=UTC), 20)
@settings(deadline=None, max_examples=50)
@given(zones, st.datetimes(datetime(2000, 1, 2), datetime(2037, 11, 1), timezones=st.just(UTC)), st.integers(1, 500))  # noqa: DTZ001
def test_boundaries_hold_at_unusual_clock_changes(zone: str, begin: datetime, length: int) -> None:
    for resolution in get_args(Resolution):
        check_boundaries(zone, slot_at(begin), slot_at(begin) + length, resolution)


def check_boundaries(zone: str, first: int, after: int, resolution: Resolution) -> None:
    edges = boundaries(first, after, resolution, zone)
    assert all(begin < end for begin, end in pairwise(edges))
    assert edges[0] <= first < edges[1]
    assert edges[-2] < after <= edges[-1]
    if resolution == "hour":
        assert all(hour_of(begin, zone) == (begin, end) for begin, end in pairwise(edges))
    elif resolution != "quarter_hour":
        assert edges == [day_start(local_date(edge, zone), zone) for edge in edges]
        assert all(hour_of(edge, zone)[0] == edge for edge in edges)
        assert all(local_date(edge, zone).weekday() == 0 for edge in edges if resolution == "week")
        assert all(local_date(edge, zone).day == 1 for edge in edges if resolution in ("month", "year"))
        assert all(local_date(edge, zone).month == 1 for edge in edges if resolution == "year")
    assert boundaries(edges[0], edges[-1], resolution, zone) == edges


@given(zones, slots)
@settings(deadline=None, max_examples=30)
def test_a_coarser_interval_consists_of_finer_ones(zone: str, slot: int) -> None:
    whole = boundaries(slot, slot + 1, "month", zone)
    for finer in ("quarter_hour", "hour", "day"):
        edges = boundaries(whole[0], whole[-1], finer, zone)
        assert (edges[0], edges[-1]) == (whole[0], whole[-1])
