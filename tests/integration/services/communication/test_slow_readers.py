"""A reader who stops reading: bounded for the server, unnoticed by the others."""

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
    hear,
    in_force,
    limit_exceeded,
    revoked,
    serve,
    updated,
)
from tests.waiting import until

ENOUGH = 200
"""Frames that fill every buffer between the server and a reader who stopped, and more."""


def stop_reading(opened: ClientConnection) -> None:
    opened.transport.pause_reading()


def read_on(opened: ClientConnection) -> None:
    opened.transport.resume_reading()


async def test_live_values_that_wait_are_replaced_by_the_newest_and_the_others_hear_each(served: Served) -> None:
    owner, device_id = uuid4(), uuid4()
    async with (
        served.signed_in(owner, watching=(device_id,)) as slow,
        served.signed_in(owner, watching=(device_id,)) as quick,
    ):
        stop_reading(slow)
        for number in range(1, ENOUGH + 1):
            await served.tell(updated(consumption(device_id, owner, hour_kwh=str(number))))
            assert (await hear(quick))["data"]["hour"]["energy_kwh"] == number
        read_on(slow)
        heard = [0.0]
        while heard[-1] != ENOUGH:
            heard.append((await hear(slow))["data"]["hour"]["energy_kwh"])

    assert heard == sorted(set(heard))
    assert len(heard) < ENOUGH


async def test_alerts_that_wait_all_arrive_in_order_when_the_reader_reads_on(served: Served) -> None:
    owner = uuid4()
    messages = [limit_exceeded(owner) for _ in range(ENOUGH)]
    async with served.signed_in(owner) as slow, served.signed_in(owner) as quick:
        stop_reading(slow)
        for message in messages:
            await served.tell(message)
            await hear(quick)
        read_on(slow)
        heard = [frame["id"] for frame in await in_force(slow)]

    assert heard == [str(message.id) for message in messages]


async def test_the_same_alert_told_again_while_it_waits_is_sent_once(served: Served) -> None:
    owner = uuid4()
    message = limit_exceeded(owner)
    async with served.signed_in(owner) as opened:
        connection = connection_of(served, opened_by=owner)
        for _ in range(3):
            connection.send(message.id, '{"type": "alert.raised"}')
        assert len(await in_force(opened)) == 1


async def test_alerts_that_pile_up_end_the_socket_with_1013_and_the_others_hear_each(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CONTOR_COMMUNICATION_WAITING_FRAMES", "20")
    owner = uuid4()
    async with serve(tmp_path) as served, served.signed_in(owner) as slow, served.signed_in(role="admin") as quick:
        connection = connection_of(served, opened_by=owner)
        stop_reading(slow)
        told = 0
        while connection.ending is None:
            await served.tell(limit_exceeded(owner))
            assert (await hear(quick))["type"] == "alert.raised"
            assert len(connection._kept) <= 20
            told += 1
            assert told < ENOUGH
        read_on(slow)
        assert await close_code(slow) == 1013
        assert await in_force(quick) == []


async def test_a_reader_who_never_reads_on_is_dropped_with_all_that_waits(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CONTOR_COMMUNICATION_SEND_SECONDS", "0.1")
    monkeypatch.setenv("CONTOR_COMMUNICATION_GOODBYE_SECONDS", "0.1")
    owner, device_id = uuid4(), uuid4()
    async with serve(tmp_path) as served, served.signed_in(owner, watching=(device_id,)) as slow:
        connection = connection_of(served, opened_by=owner)
        stop_reading(slow)
        async with asyncio.timeout(10):
            while connection.ending is None:
                await served.tell(updated(consumption(device_id, owner)))
                await asyncio.sleep(0.005)
        await until(lambda: served.hub._open == 0)
        # The server itself holds nothing of it either, though the reader never took what was on its way.
        await until(lambda: not served.server.server_state.connections)
        assert not connection._live


async def test_a_stuck_socket_of_a_revoked_session_is_let_go(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CONTOR_COMMUNICATION_GOODBYE_SECONDS", "0.1")
    owner, session = uuid4(), uuid4()
    async with (
        serve(tmp_path) as served,
        served.signed_in(owner, session_id=session) as slow,
        served.signed_in(owner) as quick,
    ):
        stop_reading(slow)
        for _ in range(ENOUGH):
            await served.tell(limit_exceeded(owner))
            await hear(quick)
        await served.tell(revoked(owner, session))
        await until(lambda: len(served.server.server_state.connections) == 1)
        assert await in_force(quick) == []


async def test_a_reader_who_answers_no_pings_is_let_go_even_while_values_are_sent_to_them(tmp_path: Path) -> None:
    owner, device_id = uuid4(), uuid4()
    async with (
        serve(tmp_path, ping_seconds=0.1) as served,
        served.signed_in(owner, watching=(device_id,)) as told,
        served.signed_in(uuid4()) as idle,
    ):
        stop_reading(told)
        stop_reading(idle)

        async with asyncio.timeout(10):
            while served.server.server_state.connections:
                await served.tell(updated(consumption(device_id, owner)))
                await asyncio.sleep(0.005)
        await until(lambda: served.hub._open == 0)


def connection_of(served: Served, *, opened_by: object) -> Connection:
    (connection,) = (c for person, of_person in served.hub._people.items() if person == opened_by for c in of_person)
    return connection
