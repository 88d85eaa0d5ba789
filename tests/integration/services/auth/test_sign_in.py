"""Registration and sign-in."""

from contor.contracts.accounts import AccountOpened
from tests.integration.services.auth.conftest import PASSWORD, Auth
from tests.waiting import until


async def test_a_new_client_registers_signs_in_and_reads_their_account(auth: Auth) -> None:
    registered = await auth.register("Maria.Pop", full_name="Maria Pop", email="maria@example.com")
    assert registered.status_code == 201
    assert registered.json() | {"id": "", "created_at": ""} == {
        "id": "",
        "username": "Maria.Pop",
        "role": "client",
        "disabled": False,
        "created_at": "",
    }
    browser = auth.browser()
    answer = await browser.sign_in("maria.pop")
    assert answer.status_code == 200
    assert answer.json()["token_type"] == "bearer"
    assert answer.json()["expires_in"] == 600
    assert answer.json()["user"] == registered.json()
    assert (await browser.get("/auth/me")).json() == registered.json()
    opened = await until(lambda: [m for m in auth.published(AccountOpened) if m.username == "Maria.Pop"])
    assert (opened[0].full_name, opened[0].email, opened[0].role) == ("Maria Pop", "maria@example.com", "client")


async def test_the_refresh_cookie_is_hidden_from_scripts_and_other_sites(auth: Auth) -> None:
    await auth.register("maria")
    answer = await auth.browser().sign_in("maria")
    cookie = next(value for value in answer.headers.get_list("set-cookie") if value.startswith("contor_refresh="))
    for attribute in ("HttpOnly", "SameSite=strict", "Path=/auth", "Max-Age=2592000"):
        assert attribute in cookie
    assert "Secure" not in cookie
    assert answer.headers["cache-control"] == "no-store"


async def test_cookies_are_secure_over_https(auth: Auth) -> None:
    await auth.register("maria")
    body = {"username": "maria", "password": PASSWORD}
    answer = await auth.running.client.post("https://contor.test/auth/login", json=body)
    assert all("Secure" in cookie for cookie in answer.headers.get_list("set-cookie"))


async def test_the_oauth2_password_form_returns_a_token_and_no_cookie(auth: Auth) -> None:
    await auth.register("maria")
    form = {"username": "maria", "password": PASSWORD, "grant_type": "password"}
    answer = await auth.running.client.post("/auth/token", data=form)
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    me = await auth.running.client.get("/auth/me", headers={"Authorization": f"Bearer {answer.json()['access_token']}"})
    assert me.json()["username"] == "maria"


async def test_usernames_are_unique_in_any_case(auth: Auth) -> None:
    await auth.register("maria")
    refused = await auth.register("MARIA")
    assert (refused.status_code, refused.json()["code"]) == (409, "username_taken")
    assert refused.json()["errors"][0]["field"] == "username"


async def test_registration_can_be_closed(auth: Auth) -> None:
    assert (await auth.running.client.get("/auth/settings")).json() == {"registration_open": True}
    auth.set(registration_open=False)
    assert (await auth.running.client.get("/auth/settings")).json() == {"registration_open": False}
    closed = await auth.register("maria")
    assert (closed.status_code, closed.json()["code"]) == (403, "registration_closed")


async def test_registration_refuses_a_role(auth: Auth) -> None:
    refused = await auth.register("maria", role="admin")
    assert (refused.status_code, refused.json()["code"]) == (422, "validation_error")
