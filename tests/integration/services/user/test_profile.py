"""Reading and changing profiles: permissions and fields."""

from typing import Any
from uuid import uuid4

import pytest

from tests.integration.services.user.conftest import Users


async def test_users_and_administrators_read_a_profile(users: Users) -> None:
    ana = await users.create("ana", full_name="Ana Pop", email="ana@example.ro", phone="+40 721 000 000")
    own = await users.request("GET", f"/{ana}", by=ana)
    assert own == await users.request("GET", f"/{ana}")
    assert own | {"created_at": "", "updated_at": ""} == {
        "id": str(ana),
        "username": "ana",
        "role": "client",
        "disabled": False,
        "full_name": "Ana Pop",
        "email": "ana@example.ro",
        "phone": "+40 721 000 000",
        "language": None,
        "time_zone": None,
        "created_at": "",
        "updated_at": "",
    }


@pytest.mark.parametrize("method", ["GET", "PATCH"])
async def test_another_users_profile_is_not_found(users: Users, method: str) -> None:
    ana, dan = await users.create("ana"), await users.create("dan")
    body = {"full_name": "Mine"} if method == "PATCH" else None
    foreign = await users.request(method, f"/{ana}", by=dan, expect=404, json=body)
    unknown = await users.request(method, f"/{uuid4()}", by=dan, expect=404, json=body)
    assert foreign | {"request_id": ""} == unknown | {"request_id": ""}
    assert (await users.request("GET", f"/{ana}"))["full_name"] is None


async def test_users_change_their_own_profile_and_the_change_is_published(users: Users) -> None:
    ana = await users.create("ana")
    before = await users.request("GET", f"/{ana}")
    given = {
        "full_name": "Ana Pop",
        "email": "ana@example.ro",
        "phone": "0721 000 000",
        "language": "ro",
        "time_zone": "Europe/Bucharest",
    }
    changed = await users.request("PATCH", f"/{ana}", by=ana, json=given)
    assert changed == before | given | {"updated_at": changed["updated_at"]}
    assert (await users.changed_message(ana, 2)).full_name == "Ana Pop"
    emptied = await users.request("PATCH", f"/{ana}", by=ana, json={"full_name": None, "language": None})
    assert emptied == changed | {"full_name": None, "language": None, "updated_at": emptied["updated_at"]}


async def test_an_update_without_a_change_publishes_nothing(users: Users) -> None:
    ana = await users.create("ana", full_name="Ana")
    before = await users.request("GET", f"/{ana}")
    assert await users.request("PATCH", f"/{ana}", by=ana, json={"full_name": "Ana"}) == before
    await users.request("PATCH", f"/{ana}", by=ana, json={"full_name": "Ana Pop"})
    assert (await users.changed_message(ana, 2)).full_name == "Ana Pop"


@pytest.mark.parametrize("field", [{"role": "admin"}, {"disabled": False}, {"password": "a fine long password"}])
async def test_a_client_cannot_set_account_fields(users: Users, field: dict[str, Any]) -> None:
    ana = await users.create("ana")
    refused = await users.request("PATCH", f"/{ana}", by=ana, expect=403, json={"full_name": "Ana"} | field)
    assert refused["code"] == "forbidden"
    assert [error["field"] for error in refused["errors"]] == list(field)
    assert next(iter(field)) in refused["detail"]
    assert (await users.request("GET", f"/{ana}"))["full_name"] is None


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("POST", "", {"username": "eve", "password": "a fine long password", "role": "admin"}),
        ("DELETE", "/{id}", None),
    ],
)
async def test_only_administrators_list_create_and_delete_users(
    users: Users, method: str, path: str, body: Any
) -> None:
    ana = await users.create("ana")
    await users.request(method, path.format(id=ana), by=ana, expect=403, json=body)


@pytest.mark.parametrize(
    ("method", "path"), [("GET", ""), ("POST", ""), ("GET", "/{id}"), ("PATCH", "/{id}"), ("DELETE", "/{id}")]
)
async def test_every_endpoint_requires_a_token(users: Users, method: str, path: str) -> None:
    answer = await users.running.client.request(method, "/users" + path.format(id=uuid4()))
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
