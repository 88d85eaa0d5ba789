"""How administrators change accounts, and the audit log."""

import asyncio
from uuid import uuid4

import pytest

from contor.contracts.accounts import AccountChanged, AccountOpened, SessionsRevoked, UserDeleted
from tests.integration.services.auth.conftest import PASSWORD, Auth
from tests.waiting import until


async def test_an_administrator_creates_an_account_with_a_role(auth: Auth) -> None:
    admin = await auth.admin()
    body = {"username": "ion", "password": PASSWORD, "role": "admin", "full_name": "Ion", "phone": "+40 712 345 678"}
    opened = await admin.send("POST", "/auth/accounts", body)
    assert (opened.status_code, opened.json()["role"]) == (201, "admin")
    message = (await until(lambda: [m for m in auth.published(AccountOpened) if m.username == "ion"]))[0]
    assert (message.role, message.phone) == ("admin", "+40 712 345 678")
    again = await admin.send("POST", "/auth/accounts", body | {"username": "ION"})
    assert (again.status_code, again.json()["code"]) == (409, "username_taken")


@pytest.mark.parametrize("field", ["role", "disabled", "password"])
async def test_null_is_refused_where_it_has_no_meaning(auth: Auth, field: str) -> None:
    admin, client = await auth.admin(), await auth.client()
    refused = await admin.send("PATCH", f"/auth/accounts/{client.account_id}", {field: None})
    assert refused.status_code == 422
    (error,) = refused.json()["errors"]
    assert (error["field"], error["code"]) == (field, "not_nullable")
    assert (await admin.send("PATCH", f"/auth/accounts/{client.account_id}", {})).status_code == 200


async def test_clients_cannot_administer_accounts(auth: Auth) -> None:
    client = await auth.client()
    body = {"username": "ion", "password": PASSWORD, "role": "admin"}
    for method, path in (
        ("POST", "/auth/accounts"),
        ("PATCH", f"/auth/accounts/{client.account_id}"),
        ("GET", "/auth/audit"),
    ):
        answer = await client.send(method, path, body)
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
        assert (await auth.running.client.request(method, path, json=body)).status_code == 401


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"disabled": True}, "disabled"),
        ({"role": "admin"}, "role_changed"),
        ({"password": "given by the office"}, "password_changed"),
    ],
)
async def test_changing_an_account_ends_its_sessions(auth: Auth, changes: dict[str, object], reason: str) -> None:
    client, admin = await auth.client(), await auth.admin()
    assert (await admin.send("PATCH", f"/auth/accounts/{client.account_id}", changes)).status_code == 200
    message = (await until(lambda: auth.published(SessionsRevoked)))[0]
    assert (message.reason, message.account_id) == (reason, client.account_id)
    assert (await client.get("/auth/me")).json()["code"] == "session_revoked"
    assert (await client.refresh()).status_code == 401


async def test_each_change_of_role_or_status_is_published_with_a_new_version(auth: Auth) -> None:
    client, admin = await auth.client(), await auth.admin()
    path = f"/auth/accounts/{client.account_id}"
    for changes in ({"role": "admin"}, {"role": "admin"}, {"disabled": True}, {"disabled": False, "role": "client"}):
        assert (await admin.send("PATCH", path, changes)).status_code == 200
    await until(lambda: len(auth.published(AccountChanged)) == 3)
    published = sorted((m.version, m.role, m.disabled) for m in auth.published(AccountChanged))
    assert published == [(2, "admin", False), (3, "admin", True), (4, "client", False)]


async def test_only_the_right_password_reveals_that_an_account_is_disabled(auth: Auth) -> None:
    client, admin = await auth.client(), await auth.admin()
    await admin.send("PATCH", f"/auth/accounts/{client.account_id}", {"disabled": True})
    right, wrong = await auth.browser().sign_in("maria"), await auth.browser().sign_in("maria", "wrong one")
    assert (right.status_code, right.json()["code"]) == (403, "account_disabled")
    assert (wrong.status_code, wrong.json()["code"]) == (401, "invalid_credentials")


@pytest.mark.parametrize("changes", [{"role": "client"}, {"disabled": True}])
async def test_the_last_administrator_cannot_be_demoted_or_disabled(auth: Auth, changes: dict[str, object]) -> None:
    admin = await auth.admin()
    refused = await admin.send("PATCH", f"/auth/accounts/{admin.account_id}", changes)
    assert (refused.status_code, refused.json()["code"]) == (409, "last_administrator")


async def test_one_of_two_administrators_who_demote_each_other_remains(auth: Auth) -> None:
    first = await auth.admin()
    await first.send("POST", "/auth/accounts", {"username": "second", "password": PASSWORD, "role": "admin"})
    second = auth.browser()
    await second.sign_in("second")
    answers = await asyncio.gather(
        first.send("PATCH", f"/auth/accounts/{second.account_id}", {"role": "client"}),
        second.send("PATCH", f"/auth/accounts/{first.account_id}", {"disabled": True}),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_an_administrator_who_changes_their_own_password_stays_signed_in(auth: Auth) -> None:
    admin, elsewhere = await auth.admin(), await auth.admin()
    path = f"/auth/accounts/{admin.account_id}"
    assert (await admin.send("PATCH", path, {"password": "long and quite new"})).status_code == 200
    await until(lambda: auth.published(SessionsRevoked))
    assert (await admin.refresh()).status_code == 200
    assert (await elsewhere.refresh()).status_code == 401


async def test_an_unknown_account_is_not_found(auth: Auth) -> None:
    admin = await auth.admin()
    assert (await admin.send("PATCH", f"/auth/accounts/{uuid4()}", {"role": "client"})).status_code == 404


async def test_a_deleted_user_is_signed_out_and_has_no_name_in_the_audit_log(auth: Auth) -> None:
    client, admin = await auth.client(), await auth.admin()
    message = UserDeleted(user_id=client.account_id)
    await auth.running.publish(message)
    await auth.running.publish(message)
    await auth.running.publish(UserDeleted(user_id=client.account_id))
    revoked = (await until(lambda: auth.published(SessionsRevoked)))[0]
    assert (revoked.reason, revoked.account_id) == ("deleted", client.account_id)
    assert (await client.get("/auth/me")).status_code == 401
    assert (await client.refresh()).status_code == 401
    assert (await auth.browser().sign_in("maria")).json()["code"] == "invalid_credentials"
    log = (await admin.get("/auth/audit?limit=200")).json()["items"]
    about = [entry for entry in log if entry["account_id"] == str(client.account_id)]
    assert {"registered", "signed_in", "account_deleted"} <= {entry["action"] for entry in about}
    assert {entry["username"] for entry in about} == {None}
    assert (await auth.register("maria")).status_code == 201


async def test_a_sign_in_during_the_deletion_leaves_no_session(auth: Auth) -> None:
    client = await auth.client()
    browsers = [auth.browser() for _ in range(6)]
    deletion = UserDeleted(user_id=client.account_id)
    signing_in = asyncio.gather(*(browser.sign_in("maria") for browser in browsers))
    await auth.running.publish(deletion)
    assert {answer.status_code for answer in await signing_in} <= {200, 401}
    for browser in browsers:
        assert (await browser.refresh()).status_code == 401


async def test_the_audit_log_records_action_account_actor_and_address(auth: Auth) -> None:
    client, admin = await auth.client(), await auth.admin()
    await auth.browser("198.51.100.7").sign_in("maria", "a wrong guess")
    await auth.browser("198.51.100.7").sign_in("unknown.name", "a wrong guess")
    await admin.send("PATCH", f"/auth/accounts/{client.account_id}", {"disabled": True})
    page = (await admin.get("/auth/audit?limit=1")).json()
    assert len(page["items"]) == 1
    rest = (await admin.get(f"/auth/audit?limit=200&cursor={page['next_cursor']}")).json()
    assert rest["next_cursor"] is None
    entries = page["items"] + rest["items"]
    disabled, unknown, wrong = entries[:3]
    assert (disabled["action"], disabled["actor_id"]) == ("disabled", str(admin.account_id))
    assert (disabled["username"], disabled["ip_address"]) == ("maria", "203.0.113.9")
    assert (wrong["action"], wrong["username"], wrong["ip_address"]) == ("sign_in_failed", "maria", "198.51.100.7")
    assert (unknown["action"], unknown["username"], unknown["account_id"]) == ("sign_in_failed", None, None)
