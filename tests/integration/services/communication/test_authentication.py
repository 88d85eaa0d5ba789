"""Who may open a socket, and how a new token extends it."""

from pathlib import Path
from uuid import uuid4

import pytest

from tests.integration.services.communication.serving import (
    Served,
    close_code,
    limit_exceeded,
    receive,
    receive_all,
    send_frame,
    serve,
)


async def test_a_valid_token_is_answered_with_its_user_role_session_and_expiry(served: Served) -> None:
    user_id, session = uuid4(), uuid4()
    async with served.open() as opened:
        await send_frame(opened, type="auth", token=served.token(user_id, "admin", session_id=session))
        frame = await receive(opened)

    assert frame["type"] == "ready"
    assert frame["data"]["user_id"] == str(user_id)
    assert frame["data"]["role"] == "admin"
    assert frame["data"]["session_id"] == str(session)
    assert frame["data"]["expires_at"].endswith("Z")
    assert frame["id"]
    assert frame["at"].endswith("Z")


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1"])
async def test_a_page_of_another_origin_is_closed_with_4403(served: Served, origin: str) -> None:
    async with served.open(origin=origin) as opened:
        assert await close_code(opened) == 4403


async def test_pages_of_this_host_and_of_allowed_origins_may_connect(tmp_path: Path) -> None:
    async with serve(tmp_path, allowed_origins=("https://app.example",)) as served:
        for origin in (f"http://127.0.0.1:{served.port}", f"https://127.0.0.1:{served.port}", "https://app.example"):
            async with served.open(origin=origin) as opened:
                await send_frame(opened, type="auth", token=served.token())
                assert (await receive(opened))["type"] == "ready"


async def test_a_socket_without_an_auth_frame_is_closed_with_4408(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CONTOR_COMMUNICATION_AUTH_SECONDS", "0.05")
    async with serve(tmp_path) as served, served.open() as opened:
        assert await close_code(opened) == 4408


@pytest.mark.parametrize(
    "claims",
    [{"lifetime": -1}, {"aud": "another"}, {"typ": "refresh"}, {"role": "king"}, {"iss": "unknown"}],
    ids=lambda claims: next(iter(claims)),
)
async def test_an_invalid_token_closes_the_socket_with_4401_and_an_error_code(
    served: Served, claims: dict[str, object]
) -> None:
    async with served.open() as opened:
        await send_frame(opened, type="auth", token=served.running.signer.token(uuid4(), **claims))  # type: ignore[arg-type]
        frame = await receive(opened)
        assert await close_code(opened) == 4401

    assert frame["type"] == "error"
    assert frame["data"]["code"] == ("token_expired" if "lifetime" in claims else "not_authenticated")


async def test_a_token_that_is_no_jwt_closes_the_socket_with_4401(served: Served) -> None:
    async with served.open() as opened:
        await send_frame(opened, type="auth", token="nonsense")
        assert await close_code(opened) == 4401


async def test_a_revoked_session_cannot_open_a_socket(served: Served) -> None:
    session = uuid4()
    served.running.context.verifier.revoke([session])
    async with served.open() as opened:
        await send_frame(opened, type="auth", token=served.token(session_id=session))
        assert (await receive(opened))["data"]["code"] == "session_revoked"
        assert await close_code(opened) == 4401


async def test_another_first_frame_than_auth_closes_the_socket_with_4401(served: Served) -> None:
    async with served.open() as opened:
        await send_frame(opened, type="watch", device_id=str(uuid4()))
        assert await close_code(opened) == 4401


async def test_a_new_token_extends_the_socket_beyond_the_first_one(served: Served) -> None:
    user_id = uuid4()
    async with (
        served.authenticated(user_id, lifetime=3) as renewed,
        served.authenticated(user_id, lifetime=3) as not_renewed,
    ):
        await send_frame(renewed, type="auth", token=served.token(user_id, lifetime=600))
        assert (await receive(renewed))["type"] == "ready"

        assert await close_code(not_renewed) == 4401
        assert await receive_all(renewed) == []


async def test_a_socket_is_closed_with_4401_when_its_token_expires(served: Served) -> None:
    async with served.authenticated(lifetime=3) as opened:
        assert (await receive(opened))["data"]["code"] == "token_expired"
        assert await close_code(opened) == 4401


async def test_a_new_token_of_another_user_closes_the_socket_with_4401(served: Served) -> None:
    async with served.authenticated(uuid4()) as opened:
        await send_frame(opened, type="auth", token=served.token(uuid4()))
        assert await close_code(opened) == 4401


async def test_an_invalid_new_token_closes_the_socket_with_4401(served: Served) -> None:
    async with served.authenticated(uuid4()) as opened:
        await send_frame(opened, type="auth", token="nonsense")
        assert await close_code(opened) == 4401


async def test_the_role_of_a_new_token_replaces_the_old_role(served: Served) -> None:
    user_id = uuid4()
    async with served.authenticated(user_id, "client") as opened:
        await send_frame(opened, type="auth", token=served.token(user_id, "admin"))
        assert (await receive(opened))["data"]["role"] == "admin"
        await served.publish(limit_exceeded(uuid4()))
        assert (await receive(opened))["type"] == "alert.raised"

        await send_frame(opened, type="auth", token=served.token(user_id, "client"))
        assert (await receive(opened))["data"]["role"] == "client"
        await served.publish(limit_exceeded(uuid4()))
        assert await receive_all(opened) == []
