"""Close codes of sockets, and how soon they are closed."""

import asyncio
import json
from pathlib import Path
from uuid import uuid4

import pytest

from tests.integration.services.communication.serving import (
    Served,
    close_code,
    limit_exceeded,
    receive,
    receive_all,
    revoked,
    send_frame,
    serve,
)
from tests.waiting import until


async def test_sockets_of_a_revoked_session_are_closed_with_4401_within_a_second(served: Served) -> None:
    user_id, ended, kept = uuid4(), uuid4(), uuid4()
    async with (
        served.authenticated(user_id, session_id=ended) as first,
        served.authenticated(user_id, session_id=ended) as second,
        served.authenticated(user_id, session_id=kept) as third,
        served.authenticated(session_id=ended) as other,
    ):
        async with asyncio.timeout(1):
            await served.publish(revoked(user_id, ended, uuid4()))
            frames = [await receive(first), await receive(second)]
            assert await close_code(first) == await close_code(second) == 4401
        assert await receive_all(third) == await receive_all(other) == []

    assert [frame["type"] for frame in frames] == ["session.revoked"] * 2
    assert frames[0]["data"] == {"reason": "logout"}


async def test_a_server_that_loses_the_broker_closes_its_sockets_and_accepts_none_until_it_is_back(
    served: Served,
) -> None:
    async with served.authenticated() as opened:
        served.hub.set_connected(False)
        error = await receive(opened)
        assert (error["type"], error["data"]["code"]) == ("error", "unavailable")
        assert await close_code(opened) == 1013
        async with served.open() as early:
            assert await close_code(early) == 1013
    served.hub.set_connected(True)
    async with served.authenticated() as again:
        assert await receive_all(again) == []


async def test_a_renewed_socket_belongs_to_the_session_of_its_new_token(served: Served) -> None:
    user_id, session = uuid4(), uuid4()
    async with served.authenticated(user_id) as opened:
        await send_frame(opened, type="auth", token=served.token(user_id, session_id=session))
        await receive_all(opened)
        await served.publish(revoked(user_id, session))
        assert await close_code(opened) == 4401


async def test_no_frame_follows_session_revoked(served: Served) -> None:
    user_id, session = uuid4(), uuid4()
    async with served.authenticated(user_id, session_id=session) as opened:
        await served.publish(revoked(user_id, session))
        await served.publish(limit_exceeded(user_id))
        assert (await receive(opened))["type"] == "session.revoked"
        assert await close_code(opened) == 4401


@pytest.mark.parametrize(
    "frame",
    [
        "not json",
        "[]",
        "{}",
        json.dumps({"type": "dance"}),
        json.dumps({"type": "watch"}),
        json.dumps({"type": "watch", "device_id": "x"}),
        json.dumps({"type": "ping", "surplus": 1}),
        json.dumps({"type": "auth", "token": "x" * 5000}),
        b"\x00\x01",
    ],
    ids=lambda frame: str(frame)[:40],
)
async def test_an_invalid_frame_closes_the_socket_with_4400_before_and_after_authentication(
    served: Served, frame: str | bytes
) -> None:
    async with served.open() as stranger, served.authenticated() as known:
        for opened in (stranger, known):
            await opened.send(frame)
            error = await receive(opened)
            assert (error["type"], error["data"]["code"]) == ("error", "bad_frame")
            assert error["data"]["detail"]
            assert await close_code(opened) == 4400


async def test_a_socket_that_exceeds_the_frame_rate_is_closed_with_4429(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CONTOR_COMMUNICATION_FRAMES_PER_SECOND", "0.001")
    monkeypatch.setenv("CONTOR_COMMUNICATION_FRAMES_BURST", "5")
    async with serve(tmp_path) as served, served.authenticated() as fast, served.authenticated() as slow:
        for _ in range(5):
            await send_frame(fast, type="ping")
        assert await close_code(fast) == 4429
        assert await receive_all(slow) == []


async def test_a_socket_beyond_the_limit_of_its_user_is_closed_with_4429(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CONTOR_COMMUNICATION_SOCKETS_PER_USER", "2")
    user_id = uuid4()
    async with serve(tmp_path) as served, served.authenticated(user_id):
        async with served.authenticated(user_id), served.authenticated(), served.open() as third:
            await send_frame(third, type="auth", token=served.token(user_id))
            assert (await receive(third))["data"]["code"] == "too_many_sockets"
            assert await close_code(third) == 4429
        await until(lambda: len(served.hub._users[user_id]) == 1)
        async with served.authenticated(user_id):
            pass


async def test_a_socket_beyond_the_limit_of_the_server_is_closed_with_4429(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CONTOR_COMMUNICATION_SOCKETS", "2")
    async with serve(tmp_path) as served, served.authenticated(), served.open():
        await until(lambda: served.hub._open == 2)
        async with served.open() as third:
            assert await close_code(third) == 4429


async def test_a_watch_beyond_the_limit_is_refused_and_the_socket_stays_open(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CONTOR_COMMUNICATION_WATCHES", "1")
    device_id = uuid4()
    async with serve(tmp_path) as served, served.authenticated(watching=(device_id,)) as opened:
        await send_frame(opened, type="watch", device_id=str(device_id))
        assert await receive_all(opened) == []
        await send_frame(opened, type="watch", device_id=str(uuid4()))
        assert [frame["data"]["code"] for frame in await receive_all(opened)] == ["too_many_watches"]


async def test_a_closed_socket_leaves_nothing_in_the_hub(served: Served) -> None:
    async with served.authenticated(role="admin", watching=(uuid4(),)):
        assert served.hub._open == 1
    await until(lambda: served.hub._open == 0)
    hub = served.hub
    assert not hub._users
    assert not hub._administrators
    assert not hub._watchers


async def test_a_stopping_service_closes_its_sockets_with_1012(tmp_path: Path) -> None:
    async with serve(tmp_path) as served, served.authenticated() as opened, served.authenticated(role="admin") as admin:
        await served.hub.close()
        assert await close_code(opened) == await close_code(admin) == 1012


async def test_a_stopping_server_closes_its_sockets_with_1012(tmp_path: Path) -> None:
    async with serve(tmp_path) as served, served.authenticated() as opened:
        served.server.should_exit = True
        assert await close_code(opened) == 1012


async def test_health_and_readiness_need_no_database(served: Served) -> None:
    for path in ("/ws/health", "/ws/ready"):
        assert (await served.running.client.get(path)).status_code == 200
