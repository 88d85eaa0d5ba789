"""Users and their accounts: the user service with the real auth service."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pytest

from contor.contracts.accounts import AccountChanged, AccountOpened, UserChanged, UserDeleted
from contor.kernel.messaging.message import Message
from contor.kernel.peers import IN_PROCESS, Peers
from contor.services.auth import SERVICE as auth_service
from contor.services.user import SERVICE
from tests.integration.services.user.conftest import Run, Users
from tests.running import RunningService
from tests.waiting import until

PASSWORD = "violet-kettle-93"
NEW = {"username": "Ana.Pop", "password": PASSWORD, "role": "client"}


class UsersWithAuth(Users):
    """Both services; each receives the other's messages."""

    def __init__(self, running: RunningService, auth: RunningService) -> None:
        super().__init__(running)
        self.auth = auth

    async def sign_in(self, username: str, password: str, expect: int = 200) -> Any:
        answer = await self.auth.client.post("/auth/login", json={"username": username, "password": password})
        assert answer.status_code == expect, answer.text
        return answer.json()

    async def first_administrator(self) -> str:
        """The id of the administrator that auth created before this service started."""
        account = (await self.sign_in("admin", PASSWORD))["user"]
        await self.running.publish(AccountOpened(account_id=account["id"], username="admin", role="admin"))
        found: str = account["id"]
        return found


def forward(source: RunningService, target: RunningService, *kinds: type[Message]) -> None:
    for kind in kinds:
        source.bus.subscribe_broadcast(kind, target.publish)


@pytest.fixture
async def users(run: Run, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[UsersWithAuth]:
    monkeypatch.setenv("CONTOR_ADMIN_PASSWORD", PASSWORD)
    async with run(auth_service) as auth:
        peers = Peers(IN_PROCESS, httpx.ASGITransport(auth.app))
        kinds = (UserChanged, UserDeleted)
        async with run(SERVICE, collect=kinds, peers=peers, verifier=auth.context.verifier) as running:
            running.signer = auth.signer
            forward(auth, running, AccountOpened, AccountChanged)
            forward(running, auth, UserDeleted)
            yield UsersWithAuth(running, auth)


async def test_a_created_user_is_returned_and_can_sign_in(users: UsersWithAuth) -> None:
    given = {"full_name": "Ana Pop", "email": "ana@example.ro", "phone": "0721 000 000"}
    created = await users.request("POST", expect=201, json=NEW | given)
    assert created == created | given | {"username": "Ana.Pop", "role": "client", "disabled": False}
    signed_in = await users.sign_in("ana.pop", PASSWORD)
    assert signed_in["user"]["id"] == created["id"]
    assert await users.request("GET", f"/{created['id']}", by=UUID(created["id"])) == created
    message = await users.changed_message(UUID(created["id"]), 1)
    assert (message.username, message.full_name) == ("Ana.Pop", "Ana Pop")


async def test_a_registered_account_gets_a_profile(users: UsersWithAuth) -> None:
    body = {"username": "dan", "password": PASSWORD, "full_name": "Dan", "email": "dan@example.ro"}
    account = (await users.auth.client.post("/auth/register", json=body)).json()

    async def profile() -> Any:
        answer = await users.running.client.get(f"/users/{account['id']}", headers=users.running.admin())
        return answer.json() if answer.status_code == 200 else None

    found: Any = await until(profile)
    assert (found["username"], found["full_name"], found["email"]) == ("dan", "Dan", "dan@example.ro")


@pytest.mark.parametrize(
    ("change", "status", "code", "field", "field_code"),
    [
        ({"username": "ANA.pop"}, 409, "username_taken", "username", "username_taken"),
        ({"username": "x y"}, 422, "validation_error", "username", "string_pattern_mismatch"),
        ({"username": "eve", "password": "short"}, 422, "weak_password", "password", "too_short"),
        ({"username": "eve", "password": "x" * 129}, 422, "weak_password", "password", "too_long"),
        ({"username": "eve", "password": "password1"}, 422, "weak_password", "password", "too_common"),
    ],
)
async def test_problems_of_auth_are_passed_on(
    users: UsersWithAuth, change: dict[str, Any], status: int, code: str, field: str, field_code: str
) -> None:
    await users.request("POST", expect=201, json=NEW)
    before = await users.usernames(role="client")
    refused = await users.request("POST", expect=status, json=NEW | change)
    assert refused["code"] == code
    assert [(error["field"], error["code"]) for error in refused["errors"]] == [(field, field_code)]
    assert await users.usernames(role="client") == before


async def test_an_administrator_sets_role_status_and_password(users: UsersWithAuth) -> None:
    await users.first_administrator()
    created = await users.request("POST", expect=201, json=NEW)
    path = f"/{created['id']}"
    changes = {"role": "admin", "password": "another-kettle-94", "full_name": "Ana"}
    changed = await users.request("PATCH", path, json=changes)
    assert (changed["role"], changed["full_name"]) == ("admin", "Ana")
    await users.sign_in("ana.pop", PASSWORD, expect=401)
    assert (await users.sign_in("ana.pop", "another-kettle-94"))["user"]["role"] == "admin"
    assert (await users.request("PATCH", path, json={"disabled": True}))["disabled"] is True
    await users.sign_in("ana.pop", "another-kettle-94", expect=403)
    assert (await users.request("PATCH", path, json={"disabled": False}))["disabled"] is False
    await users.sign_in("ana.pop", "another-kettle-94")


async def test_the_message_about_a_change_made_here_changes_nothing_more(users: UsersWithAuth) -> None:
    created = await users.request("POST", expect=201, json=NEW)
    received: list[AccountChanged] = []

    async def receive(message: AccountChanged) -> None:
        received.append(message)

    # Subscribed after the forwarding: a message received here was handled by the user service.
    users.auth.bus.subscribe_broadcast(AccountChanged, receive)
    changed = await users.request("PATCH", f"/{created['id']}", json={"disabled": True})
    await until(lambda: bool(received))
    assert await users.request("GET", f"/{created['id']}") == changed
    await users.changed_message(UUID(created["id"]), 2)
    assert max(m.version for m in users.running.published if isinstance(m, UserChanged)) == 2


async def test_a_refused_password_undoes_the_whole_change(users: UsersWithAuth) -> None:
    created = await users.request("POST", expect=201, json=NEW)
    path = f"/{created['id']}"
    body = {"full_name": "Ana", "role": "admin", "password": "short"}
    refused = await users.request("PATCH", path, expect=422, json=body)
    assert refused["code"] == "weak_password"
    assert await users.request("GET", path) == created
    assert (await users.sign_in("ana.pop", PASSWORD))["user"]["role"] == "client"


async def test_the_last_administrator_cannot_be_deleted_demoted_or_disabled(users: UsersWithAuth) -> None:
    path = f"/{await users.first_administrator()}"
    for method, body in (("DELETE", None), ("PATCH", {"role": "client"}), ("PATCH", {"disabled": True})):
        refused = await users.request(method, path, expect=409, json=body)
        assert refused["code"] == "last_administrator"
    user = await users.request("GET", path)
    assert (user["role"], user["disabled"]) == ("admin", False)


async def test_removing_administrators_in_every_way_at_once_leaves_one(users: UsersWithAuth) -> None:
    administrators = [await users.first_administrator()]
    for n in range(3):
        created = await users.request("POST", expect=201, json=NEW | {"username": f"admin-{n}", "role": "admin"})
        administrators.append(created["id"])
    headers = users.running.admin()
    client = users.running.client
    await asyncio.gather(
        client.delete(f"/users/{administrators[0]}", headers=headers),
        client.patch(f"/users/{administrators[1]}", headers=headers, json={"role": "client"}),
        client.patch(f"/users/{administrators[2]}", headers=headers, json={"disabled": True}),
        client.delete(f"/users/{administrators[3]}", headers=headers),
    )
    assert len(await users.usernames(role="admin", disabled="false")) == 1


async def test_a_deleted_user_cannot_sign_in_and_the_username_is_free(users: UsersWithAuth) -> None:
    created = await users.request("POST", expect=201, json=NEW)
    await users.request("DELETE", f"/{created['id']}", expect=204)

    async def account_deleted() -> bool:
        body = {"username": "ana.pop", "password": PASSWORD}
        return (await users.auth.client.post("/auth/login", json=body)).status_code == 401

    deleted: bool = await until(account_deleted)
    assert deleted
    again = await users.request("POST", expect=201, json=NEW)
    assert again["id"] != created["id"]
    assert await users.usernames(role="client") == ["Ana.Pop"]
