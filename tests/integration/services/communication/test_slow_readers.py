"""A client that stops reading: its queue is bounded, and other clients do not notice."""

import asyncio
from pathlib import Path
from uuid import uuid4

import pytest
from websockets.asyncio.client import ClientConnection

from contor.services.communication.live.connection import Connection
from tests.integration.services.communication.serving import (
    Served,
    close_code,
    consumption,
    limit_exceeded,
    receive,
    receive_all,
    revoked,
    serve,
    updated,
)
from tests.waiting import until

OVERFLOW = 200
"""More frames than all the buffers between the server and a client hold."""


def stop_reading(opened: ClientConnection) -> None:
    opened.transport.pause_reading()


def resume_reading(opened: ClientConnection) -> None:
    opened.transport.resume_reading()


async def test_a_slow_client_gets_only_the_newest_live_value_and_others_get_each(served: Served) -> None:
    owner, device_id = uuid4(), uuid4()
    async with (
        served.authenticated(owner, watching=(device_id,)) as slow,
        served.authenticated(owner, watching=(device_id,)) as fast,
    ):
        stop_reading(slow)
        for number in range(1, OVERFLOW + 1):
            await served.publish(updated(consumption(device_id, owner, hour_kwh=number)))
            assert (await receive(fast))["data"]["hour"]["energy_kwh"] == number
        resume_reading(slow)
        received = [0.0]
        while received[-1] != OVERFLOW:
            received.append((await receive(slow))["data"]["hour"]["energy_kwh"])

    assert received == sorted(set(received))
    assert len(received) < OVERFLOW


async def test_a_slow_client_gets_every_alert_in_order_once_it_reads_again(served: Served) -> None:
    owner = uuid4()
    messages = [limit_exceeded(owner) for _ in range(OVERFLOW)]
    async with served.authenticated(owner) as slow, served.authenticated(owner) as fast:
        stop_reading(slow)
        for message in messages:
            await served.publish(message)
            await receive(fast)
        resume_reading(slow)
        received = [frame["id"] for frame in await receive_all(slow)]

    assert received == [str(message.id) for message in messages]


async def test_an_alert_queued_again_while_it_waits_is_sent_once(served: Served) -> None:
    owner = uuid4()
    message = limit_exceeded(owner)
    async with served.authenticated(owner) as opened:
        connection = connection_of(served, opened_by=owner)
        for _ in range(3):
            connection.send(message.id, '{"type": "alert.raised"}')
        assert len(await receive_all(opened)) == 1


async def test_a_full_send_queue_closes_the_socket_with_1013_and_others_get_each_alert(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CONTOR_COMMUNICATION_SEND_QUEUE_SIZE", "20")
    owner = uuid4()
    async with (
        serve(tmp_path) as served,
        served.authenticated(owner) as slow,
        served.authenticated(role="admin") as fast,
    ):
        connection = connection_of(served, opened_by=owner)
        stop_reading(slow)
        sent = 0
        while connection.closing is None:
            await served.publish(limit_exceeded(owner))
            assert (await receive(fast))["type"] == "alert.raised"
            assert len(connection._queue) <= 20
            sent += 1
            assert sent < OVERFLOW
        resume_reading(slow)
        assert await close_code(slow) == 1013
        assert await receive_all(fast) == []


async def test_a_client_that_never_reads_again_is_disconnected_and_its_queue_freed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CONTOR_COMMUNICATION_SEND_SECONDS", "0.1")
    monkeypatch.setenv("CONTOR_COMMUNICATION_CLOSE_SECONDS", "0.1")
    owner, device_id = uuid4(), uuid4()
    async with serve(tmp_path) as served, served.authenticated(owner, watching=(device_id,)) as slow:
        connection = connection_of(served, opened_by=owner)
        stop_reading(slow)
        async with asyncio.timeout(10):
            while connection.closing is None:
                await served.publish(updated(consumption(device_id, owner)))
                await asyncio.sleep(0.005)
        await until(lambda: served.hub._open == 0)
        # uvicorn holds nothing of it either, although the client never read what was sent.
        await until(lambda: not served.server.server_state.connections)
        assert not connection._latest


async def test_a_stuck_socket_of_a_revoked_session_is_disconnected(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CONTOR_COMMUNICATION_CLOSE_SECONDS", "0.1")
    owner, session = uuid4(), uuid4()
    async with (
        serve(tmp_path) as served,
        served.authenticated(owner, session_id=session) as slow,
        served.authenticated(owner) as fast,
    ):
        stop_reading(slow)
        for _ in range(OVERFLOW):
            await served.publish(limit_exceeded(owner))
            await receive(fast)
        await served.publish(revoked(owner, session))
        await until(lambda: len(served.server.server_state.connections) == 1)
        assert await receive_all(fast) == []


async def test_a_client_that_answers_no_pings_is_disconnected_even_while_values_are_sent_to_it(tmp_path: Path) -> None:
    owner, device_id = uuid4(), uuid4()
    async with (
        serve(tmp_path, ping_seconds=0.1) as served,
        served.authenticated(owner, watching=(device_id,)) as busy,
        served.authenticated(uuid4()) as idle,
    ):
        stop_reading(busy)
        stop_reading(idle)

        async with asyncio.timeout(10):
            while served.server.server_state.connections:
                await served.publish(updated(consumption(device_id, owner)))
                await asyncio.sleep(0.005)
        await until(lambda: served.hub._open == 0)


def connection_of(served: Served, *, opened_by: object) -> Connection:
    (connection,) = (c for user_id, of_user in served.hub._users.items() if user_id == opened_by for c in of_user)
    return connection
