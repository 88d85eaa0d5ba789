"""Invalid input is refused with the name of the field."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from contor.services.device import SERVICE
from tests.integration.services.device.conftest import Devices
from tests.running import Databases, run_service

GOOD = {"name": "Meter", "max_hourly_consumption_kwh": 1.5}


@pytest.fixture(scope="module")
async def devices(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Devices]:
    """One service for all tests of this module: refused requests change nothing."""
    async with run_service(SERVICE, databases, tmp_path_factory.mktemp("device")) as running:
        yield Devices(running)


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"max_hourly_consumption_kwh": -1}, "max_hourly_consumption_kwh", "greater_than"),
    ({"max_hourly_consumption_kwh": 0}, "max_hourly_consumption_kwh", "greater_than"),
    ({"max_hourly_consumption_kwh": 1_000_000.1}, "max_hourly_consumption_kwh", "less_than_equal"),
    ({"max_hourly_consumption_kwh": 0.1234567}, "max_hourly_consumption_kwh", "decimal_max_places"),
    ({"max_hourly_consumption_kwh": "1.5"}, "max_hourly_consumption_kwh", "number_type"),
    ({"max_hourly_consumption_kwh": True}, "max_hourly_consumption_kwh", "number_type"),
    ({"max_hourly_consumption_kwh": None}, "max_hourly_consumption_kwh", "number_type"),
    ({"time_zone": "Europe/Atlantis"}, "time_zone", "unknown_time_zone"),
    ({"time_zone": "europe/bucharest"}, "time_zone", "unknown_time_zone"),
    ({"time_zone": "../../etc/passwd"}, "time_zone", "unknown_time_zone"),
    ({"time_zone": ""}, "time_zone", "unknown_time_zone"),
    ({"time_zone": 2}, "time_zone", "string_type"),
    ({"name": ""}, "name", "string_too_short"),
    ({"name": "   "}, "name", "string_too_short"),
    ({"name": "x" * 101}, "name", "string_too_long"),
    ({"name": 5}, "name", "string_type"),
    ({"name": "a\x00b"}, "name", "string_pattern_mismatch"),
    ({"name": None}, "name", "string_type"),
    ({"description": "a\x00b"}, "description", "string_pattern_mismatch"),
    ({"description": "x" * 2001}, "description", "string_too_long"),
    ({"address": "x" * 301}, "address", "string_too_long"),
    ({"owner_id": "me"}, "owner_id", "uuid_parsing"),
    ({"kind": "register"}, "kind", "unsupported_kind"),
    ({"kind": "power", "unit": "W"}, "kind", "unsupported_kind"),
    ({"kind": "gas"}, "kind", "literal_error"),
    ({"unit": "W"}, "unit", "unsuitable_unit"),
    ({"unit": "kW"}, "unit", "unsuitable_unit"),
    ({"unit": "kwh"}, "unit", "literal_error"),
    ({"max_power_kw": 0}, "max_power_kw", "greater_than"),
    ({"max_power_kw": 100_000.000001}, "max_power_kw", "less_than_equal"),
    ({"max_power_kw": 0.0000001}, "max_power_kw", "decimal_max_places"),
    ({"max_power_kw": "100"}, "max_power_kw", "number_type"),
    ({"max_power_kw": None}, "max_power_kw", "number_type"),
    ({"stamp": "middle"}, "stamp", "literal_error"),
    ({"interval_minutes": 0}, "interval_minutes", "greater_than_equal"),
    ({"interval_minutes": 1441}, "interval_minutes", "less_than_equal"),
    ({"interval_minutes": 7.5}, "interval_minutes", "int_from_float"),
    ({"interval_minutes": "60"}, "interval_minutes", "number_type"),
    ({"interval_minutes": True}, "interval_minutes", "number_type"),
    ({"channels": []}, "channels", "unsupported_channels"),
    ({"channels": [{}, {"name": "export"}]}, "channels", "unsupported_channels"),
    ({"channels": {}}, "channels", "list_type"),
    ({"channels": ["import"]}, "channels.0", "model_attributes_type"),
    ({"channels": [{"name": "export"}]}, "channels.0.name", "unsupported_channel"),
    ({"channels": [{"quantity": "export"}]}, "channels.0.quantity", "unsupported_quantity"),
    ({"channels": [{"quantity": "heat"}]}, "channels.0.quantity", "literal_error"),
    ({"channels": [{"kind": "power"}]}, "channels.0.kind", "unsupported_kind"),
    ({"channels": [{"unit": "kW"}]}, "channels.0.unit", "unsuitable_unit"),
    ({"channels": [{"interval_minutes": 0}]}, "channels.0.interval_minutes", "greater_than_equal"),
    ({"channels": [{"register_digits": 6}]}, "channels.0.register_digits", "extra_forbidden"),
    ({"channels": [{"unit": "Wh"}], "unit": "kWh"}, "unit", "conflicting_fields"),
    ({"channels": [{"stamp": "end"}], "stamp": "start"}, "stamp", "conflicting_fields"),
    ({"owner_since": "2026-01-01T00:00:00Z"}, "owner_since", "extra_forbidden"),
    ({"id": "0192"}, "id", "extra_forbidden"),
    ({"version": 7}, "version", "extra_forbidden"),
]


@pytest.mark.parametrize(("field", "code", "body"), [(f, c, b) for b, f, c in REFUSED])
async def test_an_invalid_new_device_is_refused_with_the_field(
    devices: Devices, field: str, code: str, body: dict[str, Any]
) -> None:
    before = await devices.names()
    refused = await devices.request("POST", json=GOOD | body, expect=422)
    assert [(error["field"], error["code"]) for error in refused["errors"]] == [(field, code)]
    own_codes = {"unknown_time_zone", "conflicting_fields"}
    assert refused["code"] == (code if code in own_codes else "validation_error")
    assert await devices.names() == before


@pytest.mark.parametrize("field", GOOD)
async def test_a_missing_field_is_named(devices: Devices, field: str) -> None:
    refused = await devices.request("POST", json={k: v for k, v in GOOD.items() if k != field}, expect=422)
    assert [(error["field"], error["code"]) for error in refused["errors"]] == [(field, "missing")]


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"max_hourly_consumption_kwh": -0.5}, "max_hourly_consumption_kwh", "greater_than"),
        ({"max_hourly_consumption_kwh": None}, "max_hourly_consumption_kwh", "not_nullable"),
        ({"name": None}, "name", "not_nullable"),
        ({"time_zone": None}, "time_zone", "not_nullable"),
        ({"time_zone": "Mars/Olympus"}, "time_zone", "unknown_time_zone"),
        ({"unit": "Wh"}, "unit", "fixed_at_creation"),
        ({"kind": "register"}, "kind", "fixed_at_creation"),
        ({"max_power_kw": None}, "max_power_kw", "not_nullable"),
        ({"stamp": None}, "stamp", "not_nullable"),
        ({"channels": None}, "channels", "not_nullable"),
        ({"channels": []}, "channels", "unsupported_channels"),
        ({"channels": [{"name": "export", "stamp": "end"}]}, "channels.0.name", "unsupported_channel"),
        ({"channels": [{"unit": "MWh"}]}, "channels.0.unit", "fixed_at_creation"),
        ({"channels": [{"quantity": "production"}]}, "channels.0.quantity", "fixed_at_creation"),
        ({"channels": [{"stamp": None}]}, "channels.0.stamp", "not_nullable"),
        ({"channels": [{"stamp": "end"}], "stamp": "start"}, "stamp", "conflicting_fields"),
        ({"created_at": "2020-01-01T00:00:00Z"}, "created_at", "extra_forbidden"),
    ],
)
async def test_a_refused_change_changes_nothing(devices: Devices, body: dict[str, Any], field: str, code: str) -> None:
    created = await devices.create()
    refused = await devices.request("PATCH", f"/{created['id']}", json={"name": "New"} | body, expect=422)
    assert [(error["field"], error["code"]) for error in refused["errors"]] == [(field, code)]
    assert await devices.request("GET", f"/{created['id']}") == created


@pytest.mark.parametrize(
    ("channel", "accepted"),
    [({"name": "export"}, "import"), ({"quantity": "export"}, "import"), ({"kind": "register"}, "interval")],
)
async def test_a_refused_channel_names_what_is_accepted(
    devices: Devices, channel: dict[str, Any], accepted: str
) -> None:
    refused = await devices.request("POST", json=GOOD | {"channels": [channel]}, expect=422)
    assert refused["errors"][0]["message"].endswith(f"accepted: {accepted}")


@pytest.mark.parametrize(
    ("since", "code"),
    [
        ("2026-11-22T10:00:00", "timezone_aware"),
        ("yesterday", "datetime_from_date_parsing"),
        ("2009-12-31T23:59:59Z", "time_too_old"),
        ("0001-01-01T00:00:00+14:00", "time_too_old"),
        ("9999-12-31T23:59:59-14:00", "time_in_future"),
    ],
)
async def test_an_instant_that_is_no_start_of_an_ownership_is_refused(devices: Devices, since: str, code: str) -> None:
    created = await devices.create()
    body = {"owner_id": None, "since": since}
    refused = await devices.request("PUT", f"/{created['id']}/owner", json=body, expect=422)
    assert [(error["field"], error["code"]) for error in refused["errors"]] == [("since", code)]
    assert await devices.request("GET", f"/{created['id']}") == created


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b'{"name": ', 400, "malformed_json"),
        (b"", 422, "validation_error"),
        (b"[]", 422, "validation_error"),
        (b'{"name": "x", "max_hourly_consumption_kwh": NaN}', 422, "validation_error"),
        (b'{"name": "x", "max_hourly_consumption_kwh": Infinity}', 422, "validation_error"),
        (b'{"name": "x", "max_hourly_consumption_kwh": 1e999}', 422, "validation_error"),
        (b'{"name": "\\ud800", "max_hourly_consumption_kwh": 1}', 422, "validation_error"),
        (b'{"name": "' + b"x" * 70_000 + b'"}', 413, "body_too_large"),
    ],
)
async def test_an_unusable_body_answers_a_problem(devices: Devices, content: bytes, status: int, code: str) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await devices.running.client.post("/devices", headers=devices.running.admin() | headers, content=content)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"},
        {"limit": "201"},
        {"sort": "unit"},
        {"owner_id": "me"},
        {"unassigned": "perhaps"},
        {"q": "a\x00"},
        {"q": "x" * 201},
    ],
)
async def test_a_wrong_query_names_its_parameter(devices: Devices, query: dict[str, str]) -> None:
    refused = await devices.request("GET", params=query, expect=422)
    assert [error["field"] for error in refused["errors"]] == list(query)


async def test_an_id_that_is_no_uuid_is_refused(devices: Devices) -> None:
    assert (await devices.request("GET", "/12", expect=422))["errors"][0]["field"] == "device_id"
