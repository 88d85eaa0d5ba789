"""Corrections of readings: set aside, replaced, undone, logged; deleted ranges of readings."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.integration.services.monitoring.conftest import Meters, at, codes, flat, hours_ago, reading

NOON = at(2026, 5, 4, 12)
BEGIN, END = at(2026, 5, 4), at(2026, 5, 6)


def iso(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def ms(instant: datetime) -> int:
    return int(instant.timestamp() * 1000)


async def correct(
    meters: Meters, device: UUID, moment: Any, replacement: Any, *, expect: int = 201, **sent: Any
) -> Any:
    timestamp = iso(moment) if isinstance(moment, datetime) else moment
    body = {"timestamp": timestamp, "replacement": replacement, "reason": "Read by hand"} | sent
    return await meters.request("POST", f"/devices/{device}/corrections", json=body, expect=expect)


async def undo(meters: Meters, device: UUID, correction: Any, *, expect: int = 204) -> Any:
    path = f"/devices/{device}/corrections/{correction['id']}"
    return await meters.request("DELETE", path, expect=expect)


async def delete(
    meters: Meters, device: UUID, begin: datetime, end: datetime, *, expect: int = 200, **sent: Any
) -> Any:
    query = {"from": iso(begin), "to": iso(end), "reason": "Test data"} | sent
    return await meters.request("DELETE", f"/devices/{device}/readings", params=query, expect=expect)


async def corrections(meters: Meters, device: UUID, *, by: UUID | None = None, **query: Any) -> list[Any]:
    return flat(await meters.all_pages(f"/devices/{device}/corrections", by=by, limit=100, **query))


async def stored(meters: Meters, device: UUID) -> dict[str, float]:
    items = flat(await meters.all_pages(f"/devices/{device}/readings", limit=200))
    return {item["timestamp"]: item["measurement_value"] for item in items}


async def state(meters: Meters, device: UUID) -> Any:
    """Readings, profile and alerts."""
    found = await meters.alerts(device)
    alerts = [(a["hour_start"], a["hour_end"], a["energy_kwh"], a["state"], a["severity"]) for a in found]
    return await stored(meters, device), await meters.profile(device, BEGIN, END), alerts


async def test_a_reading_set_aside_is_not_in_the_profile_and_its_alert_is_cleared(meters: Meters) -> None:
    device = await meters.device(limit="1")
    await meters.post([reading(device, NOON, 0.4), reading(device, NOON + timedelta(minutes=5), 2)])
    made = await correct(meters, device, NOON + timedelta(minutes=5), None)
    assert (made["kind"], made["previous_value"], made["replacement"]) == ("set_aside", 2, None)
    assert (made["timestamp"], made["unit"], made["reason"]) == ("2026-05-04T09:05:00Z", "kWh", "Read by hand")
    assert await stored(meters, device) == {"2026-05-04T09:00:00Z": 0.4}
    assert await meters.profile(device, BEGIN, END) == {"2026-05-04T09:00:00Z": 0.4}
    assert [(a["energy_kwh"], a["state"]) for a in await meters.alerts(device)] == [(0.4, "cleared")]


@pytest.mark.parametrize("replacement", [None, 0, 0.2, 5])
@pytest.mark.parametrize("interval", [{}, {"interval_minutes": 30, "stamp": "end"}, {"interval_minutes": 1440}])
async def test_an_undone_correction_leaves_exactly_the_readings_profile_and_alerts_of_before(
    meters: Meters, replacement: float | None, interval: dict[str, Any]
) -> None:
    device = await meters.device(limit="0.5", **interval)
    await meters.post([reading(device, NOON + timedelta(minutes=30 * n), 0.7 + n / 7) for n in range(4)])
    before = await state(meters, device)
    made = await correct(meters, device, NOON + timedelta(minutes=30), replacement)
    assert await state(meters, device) != before
    await undo(meters, device, made)
    assert await state(meters, device) == before
    (listed,) = await corrections(meters, device)
    assert listed["undone_at"] is not None
    assert listed["undone_by"] is not None


async def test_a_replaced_reading_counts_with_its_new_value_at_once(meters: Meters) -> None:
    device = await meters.device(limit="1")
    await meters.post(reading(device, NOON, 0.4))
    made = await correct(meters, device, ms(NOON), 1500, unit="Wh")
    assert (made["kind"], made["previous_value"], made["replacement"]) == ("corrected", 0.4, 1.5)
    assert (made["previous_kwh"], made["replacement_kwh"]) == (0.4, 1.5)
    assert [(a["energy_kwh"], a["state"]) for a in await meters.alerts(device)] == [(1.5, "active")]


async def test_a_missing_reading_can_be_added_and_undone(meters: Meters) -> None:
    device = await meters.device()
    long_ago = at(2013, 2, 3, 4)  # a month without any reading
    made = await correct(meters, device, long_ago, 3)
    assert (made["kind"], made["previous_value"], made["previous_kwh"]) == ("corrected", None, None)
    assert await stored(meters, device) == {iso(long_ago): 3}
    await undo(meters, device, made)
    assert await stored(meters, device) == {}
    assert (await meters.consumption(device))["total_kwh"] == 0


async def test_values_are_in_the_unit_of_the_device(meters: Meters) -> None:
    device = await meters.device(unit="Wh")
    await meters.post(reading(device, NOON, 400))
    made = await correct(meters, device, NOON, 250)
    assert (made["previous_value"], made["replacement"], made["unit"]) == (400, 250, "Wh")
    assert (made["previous_kwh"], made["replacement_kwh"]) == (0.4, 0.25)


async def test_nothing_can_be_set_aside_where_there_is_no_reading(meters: Meters) -> None:
    device = await meters.device()
    await meters.post(reading(device, NOON, 1))
    problem = await correct(meters, device, NOON + timedelta(seconds=1), None, expect=404)
    assert problem["code"] == "no_reading"
    assert "2026-05-04T09:00:01Z" in problem["detail"]
    assert await corrections(meters, device) == []


async def test_a_reading_sent_again_for_a_corrected_time_is_refused(meters: Meters) -> None:
    device, owner = uuid4(), uuid4()
    await meters.device(device, owner=owner)
    await meters.post([reading(device, NOON, 9), reading(device, NOON + timedelta(minutes=1), 1)])
    for replacement, total in ((None, 1), (0.5, 1.5)):
        await correct(meters, device, NOON, replacement)
        for sender in (owner, None):
            receipt = await meters.post([reading(device, NOON, value) for value in (9, 0.5, 7)], by=sender)
            assert codes(receipt) == [(n, "corrected", "timestamp") for n in range(3)]
        assert (await meters.consumption(device))["total_kwh"] == total


async def test_after_the_undo_the_time_accepts_values_again(meters: Meters) -> None:
    device = await meters.device()
    await meters.post(reading(device, NOON, 9))
    await undo(meters, device, await correct(meters, device, NOON, None))
    assert await meters.counts(reading(device, NOON, 9)) == (0, 1, 0)
    assert await meters.counts(reading(device, NOON, 2)) == (1, 0, 0)
    assert await stored(meters, device) == {iso(NOON): 2}


async def test_a_second_correction_of_a_time_ends_the_first_and_keeps_what_was_sent(meters: Meters) -> None:
    device = await meters.device()
    await meters.post(reading(device, NOON, 9))
    first = await correct(meters, device, NOON, 3)
    second = await correct(meters, device, NOON, 4)
    assert (second["previous_value"], second["replacement"]) == (9, 4)
    listed = await corrections(meters, device)
    assert [(c["id"], c["undone_at"] is None) for c in listed] == [(second["id"], True), (first["id"], False)]
    assert (await undo(meters, device, first, expect=409))["code"] == "superseded"
    await undo(meters, device, second)
    assert await stored(meters, device) == {iso(NOON): 9}


async def test_a_reading_that_is_set_aside_can_be_replaced(meters: Meters) -> None:
    device = await meters.device()
    await meters.post(reading(device, NOON, 9))
    await correct(meters, device, NOON, None)
    await correct(meters, device, NOON, None, reason="Better words")
    made = await correct(meters, device, NOON, 2)
    assert (made["previous_value"], made["replacement"]) == (9, 2)
    await undo(meters, device, made)
    assert await stored(meters, device) == {iso(NOON): 9}


async def test_undoing_again_changes_nothing(meters: Meters) -> None:
    device = await meters.device()
    await meters.post(reading(device, NOON, 9))
    made = await correct(meters, device, NOON, 3)
    await undo(meters, device, made)
    await meters.post(reading(device, NOON, 8))
    before = await corrections(meters, device)
    await undo(meters, device, made)
    assert await corrections(meters, device) == before
    assert await stored(meters, device) == {iso(NOON): 8}


async def test_replaced_values_are_logged_with_who_sent_the_new_one(meters: Meters) -> None:
    owner = uuid4()
    device = await meters.device(owner=owner)
    await meters.post([reading(device, NOON + timedelta(minutes=n), 1 + n) for n in range(3)])
    await meters.post([reading(device, NOON + timedelta(minutes=n), 0) for n in range(2)], by=owner)
    listed = await corrections(meters, device)
    assert {(c["kind"], c["previous_value"], c["replacement"], c["made_by"]) for c in listed} == {
        ("replaced", 1, 0, str(owner)),
        ("replaced", 2, 0, str(owner)),
    }
    assert {c["reason"] for c in listed} == {None}
    problem = await undo(meters, device, listed[0], expect=409)
    assert problem["code"] == "not_undoable"


async def test_administrators_and_the_owner_list_corrections_others_do_not_find_the_device(meters: Meters) -> None:
    owner, other = uuid4(), uuid4()
    device = await meters.device(owner=owner)
    await meters.post(reading(device, NOON, 1))
    made = await correct(meters, device, NOON, None)
    assert await corrections(meters, device, by=owner) == await corrections(meters, device) == [made]
    for list_name in ("corrections", "suspicious"):
        await meters.request("GET", f"/devices/{device}/{list_name}", by=other, expect=404)


async def test_an_owner_lists_corrections_of_their_own_time_only(meters: Meters) -> None:
    first, second = uuid4(), uuid4()
    device = await meters.device(owner=first)
    change = at(2026, 5, 5)
    await meters.device(device, owner=second, owner_since=change)
    moments = [change + timedelta(hours=n) for n in (-2, -1, 0, 1)]
    await meters.post([reading(device, moment, 5) for moment in moments])
    for moment in moments:
        await correct(meters, device, moment, 1)
    own = await corrections(meters, device, by=second)
    assert [c["timestamp"] for c in own] == [iso(moment) for moment in reversed(moments[2:])]
    await delete(meters, device, moments[0], moments[3])
    deleted = (await corrections(meters, device, by=second))[0]
    assert (deleted["timestamp"], deleted["until"], deleted["count"]) == (iso(change), iso(moments[3]), None)
    assert (await corrections(meters, device))[0]["count"] == 3


async def test_an_instant_that_ends_the_interval_of_the_former_owner_is_not_listed(meters: Meters) -> None:
    first, second = uuid4(), uuid4()
    interval: dict[str, Any] = {"interval_minutes": 60, "stamp": "end"}
    device = await meters.device(owner=first, **interval)
    change = at(2026, 5, 5)
    await meters.device(device, owner=second, owner_since=change, **interval)
    await meters.post([reading(device, change, 5), reading(device, change + timedelta(hours=1), 5)])
    await correct(meters, device, change, 1)
    await correct(meters, device, change + timedelta(hours=1), 1)
    assert [c["timestamp"] for c in await corrections(meters, device, by=second)] == [iso(change + timedelta(hours=1))]


async def test_only_administrators_change_readings(meters: Meters) -> None:
    owner = uuid4()
    device = await meters.device(owner=owner)
    await meters.post(reading(device, NOON, 1))
    made = await correct(meters, device, NOON, 2)
    body = {"timestamp": iso(NOON), "replacement": None, "reason": "No"}
    query = {"from": iso(BEGIN), "to": iso(END), "reason": "No"}
    path = f"/devices/{device}"
    for by in (owner, uuid4()):
        await meters.request("POST", f"{path}/corrections", by=by, json=body, expect=403)
        await meters.request("DELETE", f"{path}/corrections/{made['id']}", by=by, expect=403)
        await meters.request("DELETE", f"{path}/readings", by=by, params=query, expect=403)
    assert await stored(meters, device) == {iso(NOON): 2}


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"replacement": -1}, "replacement", "greater_than_equal"),
        ({"replacement": "much"}, "replacement", "float_parsing"),
        ({"replacement": 1e12}, "replacement", "implausible"),
        ({"reason": "   "}, "reason", "string_too_short"),
        ({"reason": "x" * 501}, "reason", "string_too_long"),
        ({"reason": "a\x00b"}, "reason", "string_pattern_mismatch"),
        ({"timestamp": "2026-05-04T12:00:00"}, "timestamp", "no_time_zone_offset"),
        ({"timestamp": 1777885200}, "timestamp", "not_milliseconds"),
        ({"timestamp": "2200-01-01T00:00:00Z"}, "timestamp", "time_in_future"),
        ({"unit": "kW"}, "unit", "literal_error"),
        ({"value": 1}, "value", "extra_forbidden"),
    ],
)
async def test_what_a_correction_accepts(meters: Meters, changed: dict[str, Any], field: str, code: str) -> None:
    device = await meters.device()
    await meters.post(reading(device, NOON, 1))
    problem = await correct(meters, device, NOON, **({"replacement": 1} | changed), expect=422)
    assert [(error["field"], error["code"]) for error in problem["errors"]] == [(field, code)]


@pytest.mark.parametrize("missing", ["timestamp", "replacement", "reason"])
async def test_a_correction_states_everything(meters: Meters, missing: str) -> None:
    device = await meters.device()
    body = {"timestamp": iso(NOON), "replacement": None, "reason": "Test"}
    del body[missing]
    problem = await meters.request("POST", f"/devices/{device}/corrections", json=body, expect=422)
    assert [error["field"] for error in problem["errors"]] == [missing]


async def test_corrections_of_unknown_devices_and_unknown_corrections_do_not_exist(meters: Meters) -> None:
    device, other = await meters.device(), await meters.device()
    await meters.post([reading(device, NOON, 1), reading(other, NOON, 1)])
    made = await correct(meters, other, NOON, None)
    await undo(meters, device, made, expect=404)
    await undo(meters, device, {"id": str(uuid4())}, expect=404)
    await correct(meters, uuid4(), NOON, None, expect=404)
    await undo(meters, uuid4(), made, expect=404)
    await delete(meters, uuid4(), BEGIN, END, expect=404)
    for list_name in ("corrections", "suspicious"):
        await meters.request("GET", f"/devices/{uuid4()}/{list_name}", expect=404)


async def test_pages_of_corrections_begin_with_the_newest_and_have_no_gap_or_repeat(meters: Meters) -> None:
    device = await meters.device()
    await meters.post([reading(device, NOON + timedelta(minutes=n), 1) for n in range(7)])
    await meters.post([reading(device, NOON + timedelta(minutes=n), 2) for n in range(5)])  # one transaction
    for n in (5, 6):
        await correct(meters, device, NOON + timedelta(minutes=n), None)
    pages = await meters.all_pages(f"/devices/{device}/corrections", limit=3)
    assert [len(page) for page in pages] == [3, 3, 1]
    assert [c["kind"] for c in flat(pages)] == ["set_aside"] * 2 + ["replaced"] * 5
    assert len({c["id"] for c in flat(pages)}) == 7
    assert flat(pages)[0]["timestamp"] == iso(NOON + timedelta(minutes=6))


async def test_deleting_the_reading_of_a_lost_clock_makes_the_whole_profile_short_again(meters: Meters) -> None:
    device = await meters.device(limit="1")
    lost = at(2011, 1, 1)
    await meters.post([reading(device, lost, 5), reading(device, NOON, 0.3)])
    assert (await meters.consumption(device))["from"] < "2012"
    assert await delete(meters, device, lost, lost + timedelta(seconds=1)) == {"deleted": 1}
    whole = await meters.consumption(device)
    assert (whole["from"] > "2026-05", whole["total_kwh"]) == (True, 0.3)
    summary = await meters.request("GET", f"/devices/{device}/summary")
    assert summary["first_reading_at"] == iso(NOON)
    assert [(a["energy_kwh"], a["state"]) for a in await meters.alerts(device)] == [(0, "cleared")]
    (logged,) = await corrections(meters, device)
    assert (logged["kind"], logged["count"], logged["reason"]) == ("deleted", 1, "Test data")
    assert (logged["timestamp"], logged["until"]) == (iso(lost), iso(lost + timedelta(seconds=1)))
    assert (await undo(meters, device, logged, expect=409))["code"] == "not_undoable"


async def test_a_deleted_range_includes_its_start_and_not_its_end(meters: Meters) -> None:
    device = await meters.device(interval_minutes=30)
    moments = [NOON + timedelta(minutes=20 * n) for n in range(4)]
    await meters.post([reading(device, moment, 0.3) for moment in moments])
    assert await delete(meters, device, moments[1], moments[3]) == {"deleted": 2}
    assert list(await stored(meters, device)) == [iso(moments[0]), iso(moments[3])]
    assert await meters.profile(device, BEGIN, END) == {
        iso(NOON + timedelta(minutes=15 * n)): 0.15 for n in (0, 1, 4, 5)
    }


async def test_deleting_nothing_is_no_correction(meters: Meters) -> None:
    device = await meters.device()
    assert await delete(meters, device, BEGIN, END) == {"deleted": 0}
    assert await corrections(meters, device) == []


async def test_deletion_ends_the_corrections_of_its_range(meters: Meters) -> None:
    device = await meters.device()
    await meters.post([reading(device, NOON + timedelta(minutes=n), 1) for n in range(3)])
    await correct(meters, device, NOON, None)
    replaced = await correct(meters, device, NOON + timedelta(minutes=1), 7)
    assert await delete(meters, device, BEGIN, END) == {"deleted": 2}
    assert all(c["undone_at"] for c in await corrections(meters, device) if c["kind"] != "deleted")
    await undo(meters, device, replaced)
    assert await stored(meters, device) == {}
    assert await meters.counts(reading(device, NOON, 4)) == (1, 0, 0)


@pytest.mark.parametrize("sent", [{"from": None}, {"to": None}, {"reason": None}, {"reason": " "}, {"from": iso(END)}])
async def test_deletion_requires_a_period_and_a_reason(meters: Meters, sent: dict[str, Any]) -> None:
    device = await meters.device()
    await meters.post(reading(device, NOON, 1))
    query = {"from": iso(BEGIN), "to": iso(END), "reason": "Test data"} | sent
    query = {name: value for name, value in query.items() if value is not None}
    await meters.request("DELETE", f"/devices/{device}/readings", params=query, expect=422)
    assert await stored(meters, device) == {iso(NOON): 1}


async def test_a_deletion_of_too_many_readings_says_how_to_split_it(
    meters: Meters, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("contor.services.monitoring.service.reading_deletion.MAX_DELETED", 3)
    device = await meters.device()
    await meters.post([reading(device, NOON + timedelta(minutes=n), 1) for n in range(5)])
    problem = await delete(meters, device, BEGIN, END, expect=422)
    assert problem["code"] == "too_many_readings_to_delete"
    assert "2026-05-04T09:03:00Z" in problem["detail"]
    assert await delete(meters, device, BEGIN, NOON + timedelta(minutes=3)) == {"deleted": 3}
    assert await delete(meters, device, BEGIN, END) == {"deleted": 2}


async def test_a_channel_has_a_limited_number_of_corrections_in_force(
    meters: Meters, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("contor.services.monitoring.service.corrections.MAX_IN_FORCE", 2)
    device = await meters.device()
    made = [await correct(meters, device, NOON + timedelta(minutes=n), n) for n in range(2)]
    assert (await correct(meters, device, BEGIN, 1, expect=409))["code"] == "too_many_corrections"
    await correct(meters, device, NOON, 9)  # replaces one
    await undo(meters, device, made[1])
    await correct(meters, device, BEGIN, 1)


async def test_a_correction_in_the_running_hour_raises_and_clears_its_alert(meters: Meters) -> None:
    owner = uuid4()
    device = await meters.device(limit="1", owner=owner)
    moment = hours_ago(0)
    await meters.post(reading(device, moment, 0.5))
    made = await correct(meters, device, moment, 3)
    (alert,) = await meters.alerts(device, by=owner)
    assert (alert["state"], alert["past"]) == ("active", False)
    await undo(meters, device, made)
    assert [a["state"] for a in await meters.alerts(device, by=owner)] == ["cleared"]
