"""Passwords over HTTP: rules, changes, and no difference between unknown users and wrong passwords."""

import statistics
import time

import pytest

from contor.contracts.accounts import SessionsRevoked
from tests.integration.services.auth.conftest import ADMIN_PASSWORD, PASSWORD, Auth
from tests.waiting import until


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "too_short"),
        ("seven77", "too_short"),
        ("x" * 129, "too_long"),
        ("password123", "too_common"),
        ("PassWord123", "too_common"),
        ("aaaaaaaaaaaa", "too_common"),
        ("my Maria 2026", "contains_username"),
    ],
)
async def test_a_weak_password_is_refused_with_the_reason(auth: Auth, password: str, code: str) -> None:
    refused = await auth.register("maria", password=password)
    assert (refused.status_code, refused.json()["code"]) == (422, "weak_password")
    assert (refused.json()["errors"][0]["field"], refused.json()["errors"][0]["code"]) == ("password", code)


async def test_changing_the_password_ends_every_other_session(auth: Auth) -> None:
    here, elsewhere = await auth.client(), auth.browser()
    await elsewhere.sign_in("maria")
    body = {"current_password": PASSWORD, "new_password": "a different long one"}
    assert (await here.send("PUT", "/auth/password", body)).status_code == 204
    assert (await until(lambda: auth.published(SessionsRevoked)))[0].reason == "password_changed"
    assert (await here.get("/auth/me")).status_code == 200
    assert (await here.refresh()).status_code == 200
    assert (await elsewhere.get("/auth/me")).status_code == 401
    assert (await elsewhere.refresh()).status_code == 401
    assert (await auth.browser().sign_in("maria")).status_code == 401
    assert (await auth.browser().sign_in("maria", "a different long one")).status_code == 200


async def test_a_password_change_needs_the_current_password_and_a_strong_new_one(auth: Auth) -> None:
    browser = await auth.client()
    wrong = await browser.send("PUT", "/auth/password", {"current_password": "no", "new_password": "long enough one"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "wrong_password")
    weak = await browser.send("PUT", "/auth/password", {"current_password": PASSWORD, "new_password": "password1"})
    assert (weak.status_code, weak.json()["code"]) == (422, "weak_password")
    assert (await browser.refresh()).status_code == 200


async def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(auth: Auth) -> None:
    await auth.register("maria")
    answers = []
    for name in ("maria", "unknown", "no\x00name", "не я", "x" * 200):
        answer = await auth.browser().sign_in(name, "not the password")
        answers.append((answer.status_code, {**answer.json(), "request_id": ""}))
    assert all(answer == answers[0] for answer in answers)
    assert (answers[0][0], answers[0][1]["code"]) == (401, "invalid_credentials")


async def test_an_unknown_name_takes_as_long_as_a_wrong_password(auth: Auth) -> None:
    await auth.register("maria")
    auth.set(attempts_free=1000, address_attempts_free=1000)
    times: dict[str, list[float]] = {"maria": [], "unknown": []}
    browser = auth.browser()
    for _ in range(10):
        for name, durations in times.items():
            started = time.process_time()
            await browser.sign_in(name, "not the password")
            durations.append(time.process_time() - started)
    known, unknown = (statistics.median(durations) for durations in times.values())
    # Without the dummy hash an unknown name takes a tenth of the time.
    assert 0.6 < unknown / known < 1.7


async def test_any_unicode_password_is_accepted_in_any_normal_form(auth: Auth) -> None:
    # U+212B and U+00C5 are the same letter: keyboards differ in which they send.
    password = "parolă 🔑 \u212bngstr\x00m"
    assert (await auth.register("maria", password=password)).status_code == 201
    assert (await auth.browser().sign_in("maria", password.replace("\u212b", "\u00c5"))).status_code == 200
    surrogate = b'{"username": "ion", "password": "lonely \\ud800 surrogate"}'
    headers = {"Content-Type": "application/json"}
    answer = await auth.running.client.post("/auth/register", content=surrogate, headers=headers)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "password")


async def test_a_chosen_password_of_the_first_administrator_is_not_printed(
    auth: Auth, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (await auth.admin()).token
    assert ADMIN_PASSWORD not in capsys.readouterr().out
