"""Refresh token families: rotation, concurrent refreshes, reuse detection, sign-out."""

import asyncio
from uuid import UUID

import httpx

from contor.contracts.accounts import SessionsRevoked
from tests.integration.services.auth.conftest import Auth, Browser
from tests.waiting import until


async def refresh_with(auth: Auth, cookie: str) -> httpx.Response:
    """A refresh by a new client that has only this cookie."""
    browser = auth.browser()
    browser.client.cookies.set("contor_refresh", cookie)
    return await browser.refresh()


async def sessions_of(browser: Browser) -> list[str]:
    return [session["id"] for session in (await browser.get("/auth/sessions")).json()]


async def test_a_refresh_returns_an_access_token_and_replaces_the_cookie(auth: Auth) -> None:
    browser = await auth.client()
    token, cookie = browser.token, browser.cookie
    assert (await browser.refresh()).status_code == 200
    assert browser.token != token
    assert browser.cookie != cookie
    assert (await browser.get("/auth/me")).status_code == 200
    assert len(await sessions_of(browser)) == 1


async def test_concurrent_refreshes_succeed_with_the_same_new_token(auth: Auth) -> None:
    browser = await auth.client()
    answers = await asyncio.gather(*(refresh_with(auth, browser.cookie) for _ in range(50)))
    assert {answer.status_code for answer in answers} == {200}
    cookies = {answer.cookies["contor_refresh"] for answer in answers}
    assert len(cookies) == 1
    assert len(await sessions_of(browser)) == 1
    assert not auth.published(SessionsRevoked)
    # After the leeway only the token that all fifty received is valid.
    auth.set(refresh_leeway=0)
    assert (await refresh_with(auth, cookies.pop())).status_code == 200
    assert (await refresh_with(auth, browser.cookie)).status_code == 401


async def test_a_reused_token_revokes_its_family(auth: Auth) -> None:
    browser = await auth.client()
    stolen = browser.cookie
    await browser.refresh()
    auth.set(refresh_leeway=0)
    reused = await refresh_with(auth, stolen)
    assert (reused.status_code, reused.json()["code"]) == (401, "session_revoked")
    message = (await until(lambda: auth.published(SessionsRevoked)))[0]
    assert (message.reason, message.account_id) == ("reuse", browser.account_id)
    assert (await browser.refresh()).status_code == 401
    refused = await browser.get("/auth/me")
    assert (refused.status_code, refused.json()["code"]) == (401, "session_revoked")


async def test_a_token_replaced_twice_revokes_its_family_even_within_the_leeway(auth: Auth) -> None:
    browser = await auth.client()
    stolen = browser.cookie
    await browser.refresh()
    await browser.refresh()
    assert (await refresh_with(auth, stolen)).status_code == 401
    assert (await browser.refresh()).status_code == 401


async def test_reuse_revokes_no_other_family_of_the_user(auth: Auth) -> None:
    phone, desk = await auth.client(), auth.browser()
    await desk.sign_in("maria")
    auth.set(refresh_leeway=0)
    stolen = phone.cookie
    await phone.refresh()
    assert (await refresh_with(auth, stolen)).status_code == 401
    assert (await desk.refresh()).status_code == 200


async def test_a_forged_token_revokes_no_family(auth: Auth) -> None:
    browser = await auth.client()
    forged = ("A" if browser.cookie[-5] != "A" else "B").join((browser.cookie[:-5], browser.cookie[-4:]))
    for cookie in (forged, "nonsense", "%00", "ă", "a" * 5000):
        answer = await auth.running.client.post(
            "/auth/refresh", headers={b"Cookie": f"contor_refresh={cookie}".encode()}
        )
        assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert (await browser.refresh()).status_code == 200


async def test_an_idle_session_expires(auth: Auth) -> None:
    browser = await auth.client()
    auth.set(refresh_idle_days=1e-9)
    assert (await browser.refresh()).status_code == 200
    auth.set(refresh_idle_days=30)
    assert (await browser.refresh()).status_code == 401


async def test_a_session_has_a_maximum_lifetime(auth: Auth) -> None:
    browser = await auth.client()
    auth.set(refresh_absolute_days=1e-9)
    assert (await browser.refresh()).status_code == 200
    assert (await browser.refresh()).status_code == 401


async def test_a_page_of_another_site_cannot_refresh_or_sign_out(auth: Auth) -> None:
    browser = await auth.client()
    for path in ("/auth/refresh", "/auth/logout"):
        for origin in ("https://evil.test", "null", "http://[", "http://contor.test.evil.test"):
            answer = await browser.client.post(path, headers={"Origin": origin})
            assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    auth.running.context.settings.allowed_origins.append("https://home.test")
    for origin in ("http://contor.test", "https://home.test"):
        assert (await browser.client.post("/auth/refresh", headers={"Origin": origin})).status_code == 200


async def test_signing_out_ends_the_session_and_clears_the_cookie(auth: Auth) -> None:
    browser = await auth.client()
    cookie = browser.cookie
    assert (await browser.send("POST", "/auth/logout")).status_code == 204
    assert "contor_refresh" not in browser.client.cookies
    message = (await until(lambda: auth.published(SessionsRevoked)))[0]
    assert message.reason == "logout"
    assert (await browser.get("/auth/me")).json()["code"] == "session_revoked"
    assert (await refresh_with(auth, cookie)).status_code == 401
    revoked = (await auth.running.client.get("/auth/.well-known/revoked.json")).json()
    assert [UUID(sid) for sid in revoked["sessions"]] == message.session_ids


async def test_the_cookie_alone_or_the_access_token_alone_signs_out(auth: Auth) -> None:
    browser = await auth.client()
    browser.token = ""
    assert (await browser.send("POST", "/auth/logout")).status_code == 204
    await until(lambda: len(auth.published(SessionsRevoked)) == 1)
    await browser.sign_in("maria")
    browser.client.cookies.clear()
    assert (await browser.send("POST", "/auth/logout")).status_code == 204
    await until(lambda: len(auth.published(SessionsRevoked)) == 2)
    assert (await browser.send("POST", "/auth/logout")).status_code == 204


async def test_users_list_and_end_their_own_sessions(auth: Auth) -> None:
    phone, desk = await auth.client(), auth.browser()
    await desk.sign_in("maria")
    other = await auth.client("ion")
    listed = (await desk.get("/auth/sessions")).json()
    assert [entry["current"] for entry in listed] == [True, False]
    assert listed[0]["ip_address"] == "203.0.113.9"
    assert listed[0]["user_agent"].startswith("python-httpx")
    session_id = listed[1]["id"]
    refused = await other.send("DELETE", f"/auth/sessions/{session_id}")
    assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
    assert (await desk.send("DELETE", f"/auth/sessions/{session_id}")).status_code == 204
    await until(lambda: auth.published(SessionsRevoked))
    assert (await phone.get("/auth/me")).status_code == 401
    assert (await phone.refresh()).status_code == 401
    assert (await desk.refresh()).status_code == 200
