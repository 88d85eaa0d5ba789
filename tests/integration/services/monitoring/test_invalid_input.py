"""Invalid input is an entry in `rejected` or a problem; both name the field and what is accepted."""

import json
from datetime import timedelta
from uuid import UUID

import pytest

from contor.kernel.clock import now
from contor.kernel.pagination import encode_cursor
from tests.integration.services.monitoring.conftest import Meters, at, codes, reading

NOON = at(2026, 5, 4, 12)
DEVICE = "01920000-0000-7000-8000-000000000009"
AT = int(NOON.timestamp() * 1000)


def literal(value: str, device: str = DEVICE) -> str:
    return f'{{"timestamp": {AT}, "device_id": "{device}", "measurement_value": {value}}}'


@pytest.mark.parametrize("body", ["", "{", "[1,", "nonsense", '{"timestamp": }'])
async def test_the_problem_of_malformed_json_shows_the_accepted_forms(meters: Meters, body: str) -> None:
    problem = await meters.post(body, expect=400)
    assert problem["code"] == "malformed_json"
    assert "measurement_value" in problem["detail"]


@pytest.mark.parametrize("body", ["[]", "3", "null", '"x"', "[1, 2]", f'{{"device_id": "{DEVICE}", "readings": []}}'])
async def test_a_body_that_is_not_readings_is_a_problem(meters: Meters, body: str) -> None:
    assert (await meters.post(body, expect=422))["code"] == "not_readings"


async def test_of_10_001_readings_in_one_request_none_is_stored(meters: Meters) -> None:
    device = await meters.device()
    sent = [{"timestamp": AT + n, "device_id": str(device), "measurement_value": 0} for n in range(10_001)]
    problem = await meters.post(sent, expect=413)
    assert problem["code"] == "too_many_readings"
    assert "10000" in problem["detail"]
    assert (await meters.request("GET", f"/devices/{device}/readings"))["items"] == []


async def test_a_body_over_the_limit_is_a_problem(meters: Meters) -> None:
    problem = await meters.post(b" " * (4 * 1024 * 1024 + 1), expect=413)
    assert problem["code"] == "body_too_large"


@pytest.mark.parametrize(
    ("item", "code", "field"),
    [
        (literal('"much"'), "wrong_type", "measurement_value"),
        (literal("true"), "wrong_type", "measurement_value"),
        (literal("null"), "missing_field", "measurement_value"),
        (literal("[1]"), "wrong_type", "measurement_value"),
        (literal("NaN"), "not_finite", "measurement_value"),
        (literal("-Infinity"), "not_finite", "measurement_value"),
        (literal("1e99999999999999999999"), "wrong_type", "measurement_value"),
        (literal("[" * 900 + "]" * 900), "wrong_type", "measurement_value"),
        (json.dumps({"timestamp": "noon", "device_id": DEVICE, "measurement_value": 1}), "wrong_type", "timestamp"),
        (
            json.dumps({"timestamp": "2026-05-04T12:00:00", "device_id": DEVICE, "measurement_value": 1}),
            "no_time_zone_offset",
            "timestamp",
        ),
        (
            json.dumps({"timestamp": 1262303999999, "device_id": DEVICE, "measurement_value": 1}),
            "time_too_old",
            "timestamp",
        ),
        (json.dumps({"timestamp": 10**30, "device_id": DEVICE, "measurement_value": 1}), "time_in_future", "timestamp"),
        (json.dumps({"timestamp": AT, "device_id": 7, "measurement_value": 1}), "wrong_type", "device_id"),
        (json.dumps({"timestamp": AT, "measurement_value": 1}), "missing_field", "device_id"),
        (literal("1", "not-a-uuid"), "unknown_device", "device_id"),
        (literal("1", "\\u0000"), "unknown_device", "device_id"),
        (literal("1", "\\ud800"), "unknown_device", "device_id"),
        (literal("1", "x" * 50_000), "unknown_device", "device_id"),
        (
            json.dumps({"timestamp": "\x00\ud800", "device_id": "\x00", "measurement_value": 1}),
            "wrong_type",
            "timestamp",
        ),
        (literal('1, "phase": 2'), "unknown_field", "phase"),
        (literal('1, "channel": "export"'), "unknown_channel", "channel"),
        (literal('1, "unit": ["kWh"]'), "wrong_type", "unit"),
        (
            json.dumps({"timestamp": 1777885200, "device_id": DEVICE, "measurement_value": 1}),
            "not_milliseconds",
            "timestamp",
        ),
        ("7", "wrong_type", ""),
        ("[[]]", "wrong_type", ""),
    ],
    ids=lambda value: value[:60].encode("ascii", "replace").decode(),
)
async def test_an_invalid_reading_is_rejected_and_the_others_are_accepted(
    meters: Meters, item: str, code: str, field: str
) -> None:
    device = await meters.device()
    good = json.dumps(reading(device, NOON, 1))
    receipt = await meters.post(f"[{good}, {item}]")
    assert (receipt["accepted"], receipt["duplicates"]) == (1, 0)
    assert codes(receipt) == [(1, code, field)]
    assert len(receipt["rejected"][0]["detail"]) > 10


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("-0.001", "negative_energy"),
        ("74400.1", "implausible"),
        ("1e999999", "implausible"),
        ("1e999999999", "implausible"),
        ("9" * 5_000, "implausible"),
        ('"NaN"', "not_finite"),
        ('"sNaN"', "not_finite"),
    ],
)
async def test_a_value_that_its_kind_refuses_is_rejected(meters: Meters, value: str, code: str) -> None:
    device = str(await meters.device())
    for body in (literal(value, device), f"[{literal(value, device)}, {literal('1', device)}]"):
        assert codes(await meters.post(body))[0] == (0, code, "measurement_value")


async def test_readings_are_accepted_up_to_five_minutes_ahead(meters: Meters) -> None:
    device = await meters.device()
    receipt = await meters.post([reading(device, now() + timedelta(minutes=minutes), 1) for minutes in (4, 6)])
    assert receipt["accepted"] == 1
    assert codes(receipt) == [(1, "time_in_future", "timestamp")]
    assert "the latest time accepted now" in receipt["rejected"][0]["detail"]


async def test_a_replay_holds_readings_to_the_bounds_of_its_time(fresh: Meters) -> None:
    device = await fresh.device()
    sent = [reading(device, now() + timedelta(minutes=6), 1), reading(device, now() + timedelta(days=30), 1)]
    await fresh.post(sent)
    answer = await fresh.request("POST", "/rejected/replay", json={"code": "time_in_future"})
    assert answer == {"replayed": 0, "still_rejected": 2}


@pytest.mark.parametrize(
    "path", ["/devices/{}/readings", "/devices/{}/consumption", "/devices/{}/heatmap", "/alerts?device_id={}"]
)
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"from": "2026-05-04T00:00:00", "to": "2026-05-05T00:00:00Z"}, "from"),
        ({"from": "2026-05-04T00:00:00Z", "to": "2026-05-05T00:00:00"}, "to"),
        ({"from": "yesterday", "to": "2026-05-05T00:00:00Z"}, "from"),
    ],
)
async def test_a_query_time_needs_an_offset(meters: Meters, path: str, query: dict[str, str], field: str) -> None:
    device = await meters.device()
    separator = "&" if "?" in path else "?"
    url = path.format(device) + separator + "&".join(f"{name}={value}" for name, value in query.items())
    problem = await meters.request("GET", url, expect=422)
    assert problem["errors"][0]["field"] == field


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "ș",
        "%00",
        encode_cursor([]),
        encode_cursor(["a", "b"]),
        encode_cursor([10**30]),
        encode_cursor([2**40]),
        encode_cursor([NOON.replace(tzinfo=None), UUID(DEVICE)]),
        encode_cursor([NOON, "x"]),
        "A" * 999,
    ],
)
async def test_an_invalid_cursor_is_a_problem(meters: Meters, cursor: str) -> None:
    device = await meters.device()
    for path in (f"/devices/{device}/readings", "/alerts", "/rejected", "/summaries"):
        headers = meters.running.admin()
        answer = await meters.running.client.get(f"/monitoring{path}", params={"cursor": cursor}, headers=headers)
        fits = path.endswith("/readings") and cursor == encode_cursor([2**40])
        assert answer.status_code == (200 if fits else 422), answer.text


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "state=open", "device_id=x", "acknowledged=perhaps"]
)
async def test_the_problem_of_an_invalid_query_names_the_field(meters: Meters, query: str) -> None:
    problem = await meters.request("GET", f"/alerts?{query}", expect=422)
    assert problem["errors"][0]["field"] == query.split("=")[0]


async def test_an_invalid_device_id_is_a_problem(meters: Meters) -> None:
    problem = await meters.request("GET", "/devices/7/consumption", expect=422)
    assert problem["errors"][0]["field"] == "device_id"
