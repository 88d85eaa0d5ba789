"""The JSON wire format: accepted bodies, and the reason for every rejection."""

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from contor.kernel.clock import now
from contor.kernel.errors import MalformedJson, Problem
from contor.services.monitoring.ingestion.decoders import decode
from contor.services.monitoring.ingestion.decoders.json_items import MAX_READINGS, NotReadings, TooManyReadings
from contor.services.monitoring.ingestion.reading_rules import check_items
from contor.services.monitoring.ingestion.rejections import Rejection
from contor.services.monitoring.ingestion.submission import Readings
from contor.services.monitoring.settings import MonitoringSettings

DEVICE = "01920000-0000-7000-8000-000000000001"
AT = 1_732_250_400_000
GOOD = {"timestamp": AT, "device_id": DEVICE, "measurement_value": 0.35}


def latest_now() -> int:
    return MonitoringSettings().latest_ms(now())


def read(body: Any) -> Readings:
    raw = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
    return decode(raw, latest_now())


def rejected(item: Any) -> Rejection:
    """The rejection of an item between two valid ones, which are accepted."""
    text = item if isinstance(item, str) else json.dumps(item)
    readings = read(f"[{json.dumps(GOOD)}, {text}, {json.dumps(GOOD | {'timestamp': AT + 1})}]")
    assert readings.indexes == [0, 2]
    assert readings.instants == [AT, AT + 1]
    (rejection,) = readings.rejections
    assert rejection.index == 1
    return rejection


def with_value(literal: str) -> str:
    return f'{{"timestamp": {AT}, "device_id": "{DEVICE}", "measurement_value": {literal}}}'


def with_timestamp(timestamp: Any) -> dict[str, Any]:
    return GOOD | {"timestamp": timestamp}


@pytest.mark.parametrize(
    "body",
    [
        GOOD,
        [GOOD],
        {"device_id": DEVICE, "readings": [{"timestamp": AT, "measurement_value": 0.35}]},
        GOOD | {"unit": None, "channel": "import"},
        {"device_id": DEVICE, "channel": "import", "readings": [{"timestamp": AT, "measurement_value": 0.35}]},
        {"device_id": "x", "readings": [GOOD]},
    ],
)
def test_every_form_of_a_body_holds_the_same_reading(body: Any) -> None:
    readings = read(body)
    assert (readings.devices, readings.instants, readings.values) == ([DEVICE], [AT], [Decimal("0.35")])
    assert readings.rejections == []


@given(
    st.datetimes(datetime(2010, 1, 2), datetime(2026, 1, 1)),  # noqa: DTZ001
    st.integers(-14 * 60, 14 * 60),
)
def test_iso_8601_keeps_every_millisecond(local: datetime, offset: int) -> None:
    instant = local.replace(tzinfo=timezone(timedelta(minutes=offset)))
    exact = (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    assert read(with_timestamp(instant.isoformat())).instants == [exact]


@given(st.decimals("0", "1000000", places=9))
def test_a_value_keeps_every_digit(value: Decimal) -> None:
    readings = read(with_value(str(value)))
    assert readings.values == [value]


def test_indexes_are_positions_in_the_body() -> None:
    items = [GOOD, 3, GOOD | {"timestamp": AT + 1}, None, {}, GOOD | {"timestamp": AT + 2}, "x"]
    readings = read(items)
    assert readings.indexes == [0, 2, 5]
    assert [(r.index, r.code) for r in readings.rejections] == [
        (1, "wrong_type"),
        (3, "wrong_type"),
        (4, "missing_field"),
        (6, "wrong_type"),
    ]


def test_items_of_a_device_batch_are_rejected_one_by_one() -> None:
    batch = {"device_id": DEVICE, "readings": [{"timestamp": AT, "measurement_value": 1}, {"timestamp": AT}, 5]}
    readings = read(batch)
    assert readings.indexes == [0]
    assert [(r.index, r.field, r.device_id) for r in readings.rejections] == [
        (1, "measurement_value", DEVICE),
        (2, "", None),
    ]


@pytest.mark.parametrize("field", ["timestamp", "device_id", "measurement_value"])
def test_a_missing_or_null_field_is_named(field: str) -> None:
    for item in ({name: value for name, value in GOOD.items() if name != field}, GOOD | {field: None}):
        rejection = rejected(item)
        assert (rejection.code, rejection.field) == ("missing_field", field)
        assert field in rejection.detail


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("timestamp", "yesterday"),
        ("timestamp", ""),
        ("timestamp", "2024-13-01T00:00:00Z"),
        ("timestamp", True),
        ("timestamp", [AT]),
        ("timestamp", {"at": AT}),
        ("device_id", 7),
        ("device_id", ["x"]),
        ("device_id", False),
        ("measurement_value", "much"),
        ("measurement_value", True),
        ("measurement_value", [1]),
        ("measurement_value", {"kwh": 1}),
        ("measurement_value", ""),
    ],
)
def test_a_wrong_type_is_named(field: str, value: Any) -> None:
    rejection = rejected(GOOD | {field: value})
    assert (rejection.code, rejection.field) == ("wrong_type", field)
    assert rejection.payload == GOOD | {"measurement_value": "0.35"} | {field: rejection.payload[field]}


@pytest.mark.parametrize("literal", ["NaN", "Infinity", "-Infinity", '"NaN"', '"-Infinity"'])
def test_a_value_that_is_not_finite_is_rejected(literal: str) -> None:
    readings = read(f"[{with_value(literal)}, 1]")
    assert [(r.code, r.field) for r in readings.rejections][:1] == [("not_finite", "measurement_value")]


@pytest.mark.parametrize("literal", ["1e99999999999999999999", "1e-99999999999999999999", "-1e99999999999999999999"])
def test_an_exponent_beyond_the_range_of_decimals_is_rejected(literal: str) -> None:
    rejection = rejected(with_value(literal))
    assert (rejection.code, rejection.field) == ("wrong_type", "measurement_value")


@pytest.mark.parametrize("literal", ["1e999999", "1e999999999", "9" * 5_000, "-0.001"])
def test_range_and_sign_of_a_value_are_left_to_its_kind(literal: str) -> None:
    for readings in (read(with_value(literal)), read(f"[{with_value(literal)}, 1]")):
        assert len(readings.devices) == 1
        assert readings.values == [Decimal(literal)]


@pytest.mark.parametrize("name", ["measurment_value", "Unit", "value", "", "\x00", "x" * 1000, "readings "])
@pytest.mark.parametrize("value", [1, None, {"deep": [1]}])
def test_an_unknown_field_is_named_with_the_accepted_ones(name: str, value: Any) -> None:
    rejection = rejected(GOOD | {name: value})
    assert (rejection.code, rejection.field[:20]) == ("unknown_field", name.replace("\x00", "␀")[:20])
    assert "accepted are timestamp, device_id, measurement_value, unit and channel" in rejection.detail


def test_an_unknown_field_is_named_in_every_form_of_a_body() -> None:
    bare = {"timestamp": AT, "measurement_value": 1}
    for body in (
        GOOD | {"phase": 1},
        [GOOD | {"phase": 1}],
        {"device_id": DEVICE, "readings": [bare | {"phase": 1}]},
        {"device_id": DEVICE, "phase": 1, "readings": [bare]},
        {"device_id": DEVICE, "phase": 1, "more": 2, "readings": [bare | {"unit": "kWh"}]},
    ):
        readings = read(body)
        assert [(r.code, r.field) for r in readings.rejections] == [("unknown_field", "phase")]
        assert readings.rejections[0].payload["phase"] == 1
        assert readings.devices == []
    assert rejected(GOOD | {"phase": None}).field == "phase"
    null = read({"device_id": DEVICE, "phase": None, "readings": [bare]})
    assert [r.field for r in null.rejections] == ["phase"]


def test_what_stands_beside_the_list_holds_for_readings_that_do_not_state_their_own() -> None:
    bare = [{"timestamp": AT + n, "measurement_value": 1} for n in range(4)]
    own = [bare[0], bare[1] | {"unit": "kWh"}, bare[2] | {"unit": None}, bare[3] | {"device_id": "other"}]
    for items in (own[:3], own, [*own, 3]):
        readings = read({"device_id": DEVICE, "unit": "Wh", "readings": items})
        assert [readings.units[n] for n in range(len(readings.devices))] == ["Wh", "kWh", "Wh", "Wh"][: len(items)]
        assert readings.devices == [DEVICE, DEVICE, DEVICE, "other"][: len(items)]


def test_large_values_beside_the_list_are_cut_in_its_rejections() -> None:
    for beside in (
        {"device_id": "x" * 100_000},
        {"device_id": DEVICE, "channel": "x" * 100_000},
        {"more": [1] * 50_000},
    ):
        rejections = read(beside | {"readings": [{}] * 1000}).rejections
        assert sum(len(json.dumps(r.payload)) for r in rejections) < 1_000_000


@pytest.mark.parametrize("channel", ["export", "", "Import", "\x00", "x" * 1000])
def test_an_unknown_channel_is_rejected_with_the_accepted_one(channel: str) -> None:
    rejection = rejected(GOOD | {"channel": channel})
    assert (rejection.code, rejection.field) == ("unknown_channel", "channel")
    assert rejection.detail.endswith("accepted is import")


@pytest.mark.parametrize("field", ["unit", "channel"])
@pytest.mark.parametrize("value", [1, True, ["kWh"], {"name": "import"}])
def test_a_unit_and_a_channel_are_text(field: str, value: Any) -> None:
    rejection = rejected(GOOD | {field: value})
    assert (rejection.code, rejection.field) == ("wrong_type", field)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[",
        b"nonsense",
        b"\xff\xfe",
        b'{"timestamp": }',
        b"[1,]",
        b"\x00",
        b'"\xe9"',
        b'{"device_id": "\xe9"}',
    ],
)
def test_a_body_that_is_not_json_is_a_problem(body: bytes) -> None:
    with pytest.raises(MalformedJson) as problem:
        read(body)
    assert problem.value.status == 400
    assert "timestamp" in problem.value.detail


@pytest.mark.parametrize(
    "body", [[], [1, 2], [[GOOD]], None, 3, "x", True, {"device_id": DEVICE, "readings": []}, [None]]
)
def test_json_without_readings_is_a_problem(body: Any) -> None:
    with pytest.raises(NotReadings) as problem:
        read(body if not isinstance(body, str) else json.dumps(body))
    assert problem.value.status == 422


def test_a_body_holds_at_most_ten_thousand_readings() -> None:
    items = [GOOD | {"timestamp": AT + n} for n in range(MAX_READINGS + 1)]
    bare = [{"timestamp": item["timestamp"], "measurement_value": 1} for item in items]
    assert len(read(items[:MAX_READINGS]).devices) == MAX_READINGS
    for body in (items, {"device_id": DEVICE, "readings": bare}, [3, *items]):
        with pytest.raises(TooManyReadings) as problem:
            read(body)
        assert problem.value.status == 413
        assert "10000" in problem.value.detail


@pytest.mark.parametrize("depth", [10, 500, *range(960, 1010), 5_000, 200_000])
def test_nesting_of_any_depth_is_rejected_or_a_problem(depth: int) -> None:
    nested = "[" * depth + "]" * depth
    for body in (with_value(nested), f'{{"x": {nested}, {with_value("1")[1:]}'):
        try:
            readings = read(body)
        except Problem as problem:
            assert problem.status == 400  # noqa: PT017
        else:
            assert len(readings.devices) + len(readings.rejections) == 1


@pytest.mark.parametrize("depth", [20, 21, 254, 500])
def test_a_deeply_nested_item_is_stored_as_text(depth: int) -> None:
    (rejection,) = read(with_value("[" * depth + "]" * depth)).rejections
    stored = rejection.payload
    assert isinstance(stored, str) == (depth >= 20)
    assert "[[[" in json.dumps(stored, separators=(",", ":"))
    TypeAdapter(Any).dump_json(stored)


@pytest.mark.parametrize("text", ["a\x00b", "\\u0000", "half \ud800 character", "x" * 100_000, "ș"])
def test_every_rejected_item_can_be_stored(text: str) -> None:
    rejections = [rejected(GOOD | {"timestamp": text}), rejected(GOOD | {"measurement_value": None, "device_id": text})]
    accepted = read(GOOD | {"device_id": text})
    rejections.append(accepted.rejection(0, "unknown_device", "no such device", "device_id"))
    for rejection in rejections:
        stored = json.dumps([rejection.payload, rejection.device_id, rejection.timestamp], ensure_ascii=False)
        assert "\\u0000" not in stored.replace("\\\\", "")
        assert len(stored.encode()) < 10_000


def test_a_stored_rejected_item_can_be_decoded_again() -> None:
    rejection = rejected(GOOD | {"timestamp": "2024-11-22T04:40:00"})
    again = check_items([rejection.payload | {"timestamp": AT}], latest_now())
    assert (again.devices, again.instants, again.values) == ([DEVICE], [AT], [Decimal("0.35")])


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["timestamp", "device_id", "measurement_value", "unit", "channel", "readings", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=200, deadline=None)
@given(st.one_of(json_values, st.lists(json_values | st.just(GOOD), max_size=5)))
def test_every_item_of_any_json_is_a_reading_or_a_rejection(body: Any) -> None:
    try:
        readings = read(json.dumps(body))
    except Problem as problem:
        assert problem.status in (400, 413, 422)  # noqa: PT017
        return
    given_items = len(body["readings"]) if isinstance(body, dict) and isinstance(body.get("readings"), list) else None
    expected = given_items if given_items is not None else len(body) if isinstance(body, list) else 1
    assert len(readings.devices) + len(readings.rejections) == expected
    assert sorted([*readings.indexes, *(r.index for r in readings.rejections)]) == list(range(expected))
    for rejection in readings.rejections:
        json.dumps(rejection.payload, allow_nan=False)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_readings_rejections_or_a_problem(body: bytes) -> None:
    try:
        read(body)
    except Problem as problem:
        assert problem.status in (400, 413, 422)  # noqa: PT017


FIELDS = {"timestamp": str(AT), "device_id": f'"{DEVICE}"', "measurement_value": "0.35", "unit": '"Wh"'}


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("again", ["same", "other", "null"])
@pytest.mark.parametrize("with_unit", [False, True])
def test_a_repeated_field_is_rejected_because_its_value_is_not_known(name: str, again: str, with_unit: bool) -> None:
    pairs = [pair for pair in FIELDS.items() if with_unit or pair[0] not in ("unit", name)]
    if (name, FIELDS[name]) not in pairs:
        pairs.append((name, FIELDS[name]))
    other = {"timestamp": str(AT + 1), "device_id": '"other"', "measurement_value": "350", "unit": '"kWh"'}[name]
    pairs.insert(0, (name, {"same": FIELDS[name], "other": other, "null": "null"}[again]))
    text = "{" + ", ".join(f'"{field}": {value}' for field, value in pairs) + "}"
    rejections = [rejected(text), *read(text).rejections]
    if name != "device_id":
        bare = "{" + ", ".join(f'"{field}": {value}' for field, value in pairs if field != "device_id") + "}"
        rejections += read(f'{{"device_id": "{DEVICE}", "readings": [{bare}]}}').rejections
    assert [(r.code, r.field) for r in rejections] == [("repeated_field", name)] * (3 if name != "device_id" else 2)
    # The payload holds both values: a replay cannot choose one either.
    assert rejections[0].payload.count(f'"{name}"') == 2
    assert [r.code for r in check_items([rejections[0].payload], latest_now()).rejections] == ["wrong_type"]


@pytest.mark.parametrize("name", ["device_id", "unit", "readings"])
def test_a_repeated_field_beside_the_list_rejects_the_batch(name: str) -> None:
    bare = json.dumps([{"timestamp": AT, "measurement_value": 1}])
    beside = {"device_id": f'"{DEVICE}"', "unit": '"Wh"', "readings": bare}
    fields = [(name, beside[name]), *beside.items()]
    body = "{" + ", ".join(f'"{field}": {value}' for field, value in fields) + "}"
    readings = read(body)
    assert [(r.code, r.field) for r in readings.rejections] == [("repeated_field", name)]
    assert readings.devices == []


def test_a_value_as_text_and_an_escaped_id_are_no_repetitions() -> None:
    for item in (GOOD | {"measurement_value": "0.35"}, GOOD | {"device_id": 'with "marks"'}):
        for body in (item, [item, GOOD], [GOOD, item]):
            readings = read(body)
            assert readings.rejections == []
            assert set(readings.values) == {Decimal("0.35")}
