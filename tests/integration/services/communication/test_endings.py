"""Why a socket is closed, and how soon."""

import asyncio
import json
from pathlib import Path
from uuid import uuid4

import pytest

from tests.integration.services.communication.serving import (
    Served,
    close_code,
    hear,
    in_force,
    limit_exceeded,
    revoked,
    say,
    serve,
)
from tests.waiting import until


async def test_a_revoked_session_is_told_so_and_closed_with_4401_within_a_second(served: Served) -> None:
    person, ended, kept = uuid4(), uuid4(), uuid4()
    async with (
        served.signed_in(person, session_id=ended) as first,
        served.signed_in(person, session_id=ended) as second,
        served.signed_in(person, session_id=kept) as third,
        served.signed_in(session_id=ended) as other,
    ):
        async with asyncio.timeout(1):
            await served.tell(revoked(person, ended, uuid4()))
            frames = [await hear(first), await hear(second)]
            assert await close_code(first) == await close_code(second) == 4401
        assert await in_force(third) == await in_force(other) == []

    assert [frame["type"] for frame in frames] == ["session.revoked"] * 2
    assert frames[0]["data"] == {"reason": "logout"}


async def test_nobody_is_left_to_believe_to_be_live_on_a_server_that_hears_nothing(served: Served) -> None:
    async with served.signed_in() as opened:
        served.hub.set_hearing(False)
        told = await hear(opened)
        assert (told["type"], told["data"]["code"]) == ("error", "not_live")
        assert await close_code(opened) == 1013
        async with served.open() as early:
            assert await close_code(early) == 1013
    served.hub.set_hearing(True)
    async with served.signed_in() as again:
        assert await in_force(again) == []


async def test_a_session_brought_by_a_fresh_token_is_the_one_that_can_be_revoked(served: Served) -> None:
    person, session = uuid4(), uuid4()
    async with served.signed_in(person) as opened:
        await say(opened, type="auth", token=served.token(person, session_id=session))
        await in_force(opened)
        await served.tell(revoked(person, session))
        assert await close_code(opened) == 4401


async def test_nothing_is_sent_to_a_socket_once_its_session_ended(served: Served) -> None:
    person, session = uuid4(), uuid4()
    async with served.signed_in(person, session_id=session) as opened:
        await served.tell(revoked(person, session))
        await served.tell(limit_exceeded(person))
        assert (await hear(opened))["type"] == "session.revoked"
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
async def test_what_is_not_a_frame_is_closed_with_4400_before_and_after_signing_in(
    served: Served, frame: str | bytes
) -> None:
    async with served.open() as stranger, served.signed_in() as known:
        for opened in (stranger, known):
            await opened.send(frame)
            told = await hear(opened)
            assert (told["type"], told["data"]["code"]) == ("error", "bad_frame")
            assert told["data"]["detail"]
            assert await close_code(opened) == 4400


async def test_frames_beyond_the_allowance_are_closed_with_4429(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CONTOR_COMMUNICATION_FRAMES_PER_SECOND", "0.001")
    monkeypatch.setenv("CONTOR_COMMUNICATION_FRAMES_BURST", "5")
    async with serve(tmp_path) as served, served.signed_in() as hasty, served.signed_in() as calm:
        for _ in range(5):
            await say(hasty, type="ping")
        assert await close_code(hasty) == 4429
        assert await in_force(calm) == []


async def test_a_person_may_open_so_many_sockets_and_the_next_is_closed_with_4429(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CONTOR_COMMUNICATION_SOCKETS_PER_PERSON", "2")
    person = uuid4()
    async with serve(tmp_path) as served, served.signed_in(person):
        async with served.signed_in(person), served.signed_in(), served.open() as third:
            await say(third, type="auth", token=served.token(person))
            assert (await hear(third))["data"]["code"] == "too_many_sockets"
            assert await close_code(third) == 4429
        await until(lambda: len(served.hub._people[person]) == 1)
        async with served.signed_in(person):
            pass


async def test_a_full_server_closes_the_next_socket_with_4429(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CONTOR_COMMUNICATION_SOCKETS", "2")
    async with serve(tmp_path) as served, served.signed_in(), served.open():
        await until(lambda: served.hub._open == 2)
        async with served.open() as third:
            assert await close_code(third) == 4429


async def test_a_watch_too_many_is_refused_and_the_socket_stays(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CONTOR_COMMUNICATION_WATCHES", "1")
    device_id = uuid4()
    async with serve(tmp_path) as served, served.signed_in(watching=(device_id,)) as opened:
        await say(opened, type="watch", device_id=str(device_id))
        assert await in_force(opened) == []
        await say(opened, type="watch", device_id=str(uuid4()))
        assert [frame["data"]["code"] for frame in await in_force(opened)] == ["too_many_watches"]


async def test_a_socket_that_leaves_is_forgotten(served: Served) -> None:
    async with served.signed_in(role="admin", watching=(uuid4(),)):
        assert served.hub._open == 1
    await until(lambda: served.hub._open == 0)
    hub = served.hub
    assert not hub._people
    assert not hub._administrators
    assert not hub._watchers


async def test_a_service_that_stops_closes_its_sockets_with_1012(tmp_path: Path) -> None:
    async with serve(tmp_path) as served, served.signed_in() as opened, served.signed_in(role="admin") as admin:
        await served.hub.close()
        assert await close_code(opened) == await close_code(admin) == 1012


async def test_a_server_that_stops_closes_its_sockets_with_1012(tmp_path: Path) -> None:
    async with serve(tmp_path) as served, served.signed_in() as opened:
        served.server.should_exit = True
        assert await close_code(opened) == 1012


async def test_the_service_is_live_and_ready_without_a_database(served: Served) -> None:
    for path in ("/ws/health", "/ws/ready"):
        assert (await served.running.client.get(path)).status_code == 200
