"""Invalid input is refused with the name of the field."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from contor.services.user import SERVICE
from tests.integration.services.user.conftest import Users
from tests.running import Databases, run_service


@pytest.fixture(scope="module")
async def users(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Users]:
    """One service for all tests of this module: refused requests change nothing."""
    async with run_service(SERVICE, databases, tmp_path_factory.mktemp("user")) as running:
        yield Users(running)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("time_zone", "Europe/Atlantis", "unknown_time_zone"),
        ("time_zone", "", "unknown_time_zone"),
        ("time_zone", "localtime", "unknown_time_zone"),
        ("time_zone", "x" * 65, "string_too_long"),
        ("language", "fr", "literal_error"),
        ("email", "ana", "string_pattern_mismatch"),
        ("email", "ana@", "string_pattern_mismatch"),
        ("email", "@example.ro", "string_pattern_mismatch"),
        ("email", "ana@example", "string_pattern_mismatch"),
        ("email", "a na@example.ro", "string_pattern_mismatch"),
        ("email", "ana@@example.ro", "string_pattern_mismatch"),
        ("email", "ana@example..ro", "string_pattern_mismatch"),
        ("email", "a\x00na@example.ro", "string_pattern_mismatch"),
        ("email", "a" * 65 + "@example.ro", "string_pattern_mismatch"),
        ("email", "ana@" + "x" * 250 + ".ro", "string_too_long"),
        ("full_name", "", "string_too_short"),
        ("full_name", "a\x00b", "string_pattern_mismatch"),
        ("full_name", "x" * 201, "string_too_long"),
        ("full_name", 7, "string_type"),
        ("phone", "call me", "string_pattern_mismatch"),
        ("phone", "1" * 40, "string_pattern_mismatch"),
        ("role", "king", "literal_error"),
        ("role", None, "not_nullable"),
        ("disabled", "true", "bool_type"),
        ("disabled", 1, "bool_type"),
        ("disabled", None, "not_nullable"),
        ("password", None, "not_nullable"),
        ("password", "x" * 1025, "string_too_long"),
        ("username", "other", "extra_forbidden"),
        ("id", "0192", "extra_forbidden"),
    ],
)
async def test_a_refused_change_names_the_field_and_changes_nothing(
    users: Users, field: str, value: object, code: str
) -> None:
    ana = await users.create("ana")
    before = await users.request("GET", f"/{ana}")
    refused = await users.request("PATCH", f"/{ana}", expect=422, json={"phone": "0721 000 000", field: value})
    assert [(error["field"], error["code"]) for error in refused["errors"]] == [(field, code)]
    assert refused["code"] == ("unknown_time_zone" if code == "unknown_time_zone" else "validation_error")
    assert await users.request("GET", f"/{ana}") == before


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"password": "a fine long password", "role": "client"}, "username", "missing"),
        ({"username": "eve", "role": "client"}, "password", "missing"),
        ({"username": "eve", "password": "a fine long password"}, "role", "missing"),
        ({"username": "eve", "password": "a fine long password", "role": "owner"}, "role", "literal_error"),
        ({"username": 5, "password": "a fine long password", "role": "client"}, "username", "string_type"),
        (
            {"username": "eve", "password": "a fine long password", "role": "client", "email": "eve"},
            "email",
            "string_pattern_mismatch",
        ),
    ],
)
async def test_an_invalid_user_is_refused_before_auth_is_called(
    users: Users, body: dict[str, Any], field: str, code: str
) -> None:
    refused = await users.request("POST", expect=422, json=body)
    assert [(error["field"], error["code"]) for error in refused["errors"]] == [(field, code)]


@pytest.mark.parametrize(
    "query", [{"limit": "0"}, {"sort": "email"}, {"role": "king"}, {"disabled": "perhaps"}, {"q": "a\x00"}]
)
async def test_a_wrong_query_names_its_parameter(users: Users, query: dict[str, str]) -> None:
    refused = await users.request("GET", params=query, expect=422)
    assert [error["field"] for error in refused["errors"]] == list(query)


async def test_creating_a_user_answers_503_while_auth_is_unavailable(users: Users) -> None:
    body = {"username": "eve", "password": "a fine long password", "role": "client"}
    assert (await users.request("POST", expect=503, json=body))["code"] == "unavailable"
