"""Who may open a socket, and how it lives on with fresh tokens."""

from pathlib import Path
from uuid import uuid4

import pytest

from tests.integration.services.communication.serving import (
    Served,
    close_code,
    hear,
    in_force,
    limit_exceeded,
    say,
    serve,
)


async def test_a_good_token_is_answered_with_who_it_is(served: Served) -> None:
    person, session = uuid4(), uuid4()
    async with served.open() as opened:
        await say(opened, type="auth", token=served.token(person, "admin", session_id=session))
        frame = await hear(opened)

    assert frame["type"] == "ready"
    assert frame["data"]["user_id"] == str(person)
    assert frame["data"]["role"] == "admin"
    assert frame["data"]["session_id"] == str(session)
    assert frame["data"]["expires_at"].endswith("Z")
    assert frame["id"]
    assert frame["at"].endswith("Z")


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1"])
async def test_a_page_of_another_origin_is_closed_with_4403(served: Served, origin: str) -> None:
    async with served.open(origin=origin) as opened:
        assert await close_code(opened) == 4403


async def test_a_page_of_this_host_or_of_a_listed_origin_may_sign_in(tmp_path: Path) -> None:
    async with serve(tmp_path, allowed_origins=("https://app.example",)) as served:
        for origin in (f"http://127.0.0.1:{served.port}", f"https://127.0.0.1:{served.port}", "https://app.example"):
            async with served.open(origin=origin) as opened:
                await say(opened, type="auth", token=served.token())
                assert (await hear(opened))["type"] == "ready"


async def test_silence_is_closed_with_4408(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CONTOR_COMMUNICATION_AUTH_SECONDS", "0.05")
    async with serve(tmp_path) as served, served.open() as opened:
        assert await close_code(opened) == 4408


@pytest.mark.parametrize(
    "claims",
    [{"lifetime": -1}, {"aud": "another"}, {"typ": "refresh"}, {"role": "king"}, {"iss": "stranger"}],
    ids=lambda claims: next(iter(claims)),
)
async def test_a_bad_token_is_closed_with_4401_and_told_why(served: Served, claims: dict[str, object]) -> None:
    async with served.open() as opened:
        await say(opened, type="auth", token=served.running.signer.token(uuid4(), **claims))  # type: ignore[arg-type]
        frame = await hear(opened)
        assert await close_code(opened) == 4401

    assert frame["type"] == "error"
    assert frame["data"]["code"] == ("token_expired" if "lifetime" in claims else "not_authenticated")


async def test_nonsense_for_a_token_is_closed_with_4401(served: Served) -> None:
    async with served.open() as opened:
        await say(opened, type="auth", token="nonsense")
        assert await close_code(opened) == 4401


async def test_a_session_that_was_ended_cannot_open_a_socket(served: Served) -> None:
    session = uuid4()
    served.running.context.verifier.revoke([session])
    async with served.open() as opened:
        await say(opened, type="auth", token=served.token(session_id=session))
        assert (await hear(opened))["data"]["code"] == "session_revoked"
        assert await close_code(opened) == 4401


async def test_speaking_before_signing_in_is_closed_with_4401(served: Served) -> None:
    async with served.open() as opened:
        await say(opened, type="watch", device_id=str(uuid4()))
        assert await close_code(opened) == 4401


async def test_a_socket_outlives_its_first_token_by_a_second_one(served: Served) -> None:
    person = uuid4()
    async with served.signed_in(person, lifetime=3) as renewed, served.signed_in(person, lifetime=3) as witness:
        await say(renewed, type="auth", token=served.token(person, lifetime=600))
        assert (await hear(renewed))["type"] == "ready"

        assert await close_code(witness) == 4401
        assert await in_force(renewed) == []


async def test_a_token_that_runs_out_is_closed_with_4401(served: Served) -> None:
    async with served.signed_in(lifetime=3) as opened:
        assert (await hear(opened))["data"]["code"] == "token_expired"
        assert await close_code(opened) == 4401


async def test_a_fresh_token_of_another_person_is_closed_with_4401(served: Served) -> None:
    async with served.signed_in(uuid4()) as opened:
        await say(opened, type="auth", token=served.token(uuid4()))
        assert await close_code(opened) == 4401


async def test_a_bad_fresh_token_is_closed_with_4401(served: Served) -> None:
    async with served.signed_in(uuid4()) as opened:
        await say(opened, type="auth", token="nonsense")
        assert await close_code(opened) == 4401


async def test_a_fresh_token_brings_the_role_it_names(served: Served) -> None:
    person = uuid4()
    async with served.signed_in(person, "client") as opened:
        await say(opened, type="auth", token=served.token(person, "admin"))
        assert (await hear(opened))["data"]["role"] == "admin"
        await served.tell(limit_exceeded(uuid4()))
        assert (await hear(opened))["type"] == "alert.raised"

        await say(opened, type="auth", token=served.token(person, "client"))
        assert (await hear(opened))["data"]["role"] == "client"
        await served.tell(limit_exceeded(uuid4()))
        assert await in_force(opened) == []
