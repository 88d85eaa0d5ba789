"""Services apart: each trusts nobody, each can die, drain and come back while the others go on."""

import asyncio
import json
import os
import re
import signal
from uuid import uuid4

import httpx
import psutil
import pytest
from websockets.asyncio.client import connect

from tests.signing import Signer
from tests.system.commands import contor as command
from tests.system.deployment import PREFIXES, Distributed
from tests.system.people import PASSWORD, People, Person
from tests.system.routes import Route, rows
from tests.system.sockets import live
from tests.waiting import until

pytestmark = pytest.mark.parametrize("contor", ["distributed"], indirect=True, scope="session")
GUARDED = [route for route in rows() if route.expected["nobody"] == 401 and route.path != "/auth/refresh"]


def path_of(route: Route) -> str:
    return re.sub(r"\{\w+\}", str(uuid4()), route.path)


@pytest.mark.parametrize("service", [service for service in PREFIXES if service != "communication"])
async def test_a_service_refuses_whoever_has_no_valid_token_past_the_gateway_too(
    service: str, contor: Distributed
) -> None:
    forged = Signer().token(uuid4(), "admin")
    guarded = [route for route in GUARDED if route.path.startswith(PREFIXES[service])]
    assert guarded
    async with httpx.AsyncClient(trust_env=False) as http:
        for replica in contor.replicas(service).values():
            for route in guarded:
                for headers in ({}, {"Authorization": f"Bearer {forged}"}, {"Authorization": "Bearer x"}):
                    url = f"{replica['url']}{path_of(route)}"
                    answer = await http.request(route.method, url, headers=headers)
                    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated"), route


async def test_a_socket_past_the_gateway_needs_a_token_too(contor: Distributed) -> None:
    for replica in contor.replicas("communication").values():
        async with connect(replica["url"].replace("http", "ws") + "/ws", proxy=None) as socket:
            await socket.send(json.dumps({"type": "auth", "token": Signer().token(uuid4(), "admin")}))
            await asyncio.wait_for(socket.wait_closed(), 10)
            assert socket.close_code == 4401


async def test_every_replica_of_communication_tells_its_own_sockets(
    contor: Distributed, people: People, admin: Person
) -> None:
    owner = await people.client()
    device = await people.device(admin, owner, limit=0.5)
    first, second = (replica["url"] for replica in contor.replicas("communication").values())
    async with live(owner, first) as one, live(owner, second) as other:
        reading = {"device_id": device["id"], "timestamp": "2026-02-02T10:30:00Z", "measurement_value": 0.9}
        await owner.send("POST", "/monitoring/readings", reading)
        frames = [await socket.hears("alert.raised", device_id=device["id"]) for socket in (one, other)]
        assert frames[0]["id"] == frames[1]["id"]


async def test_a_replica_that_dies_is_passed_over_and_comes_back(
    contor: Distributed, people: People, admin: Person
) -> None:
    device = await people.device(admin)
    reading = {"device_id": device["id"], "timestamp": "2026-02-02T10:30:00Z", "measurement_value": 0.1}
    before = contor.replicas("monitoring")
    os.kill(before["monitoring.1"]["pid"], signal.SIGKILL)
    answers = [await admin.ask("POST", "/monitoring/readings", reading) for _ in range(60)]
    refused = [answer for answer in answers if answer.status_code != 202]
    # A request on a connection that breaks while it is sent may have been heard: whoever asked decides.
    assert [(answer.status_code, answer.json()["code"]) for answer in refused] in ([], [(503, "unavailable")])
    await until(lambda: contor.replicas("monitoring")["monitoring.1"]["pid"] != before["monitoring.1"]["pid"])
    assert contor.replicas("monitoring")["monitoring.2"]["pid"] == before["monitoring.2"]["pid"]
    assert "exited unexpectedly (SIGKILL)" in contor.said()
    await until(contor.is_ready, seconds=30)


async def test_a_service_that_is_away_is_said_in_the_form_of_every_refusal(contor: Distributed, admin: Person) -> None:
    (replica,) = contor.replicas("user").values()
    os.kill(replica["pid"], signal.SIGKILL)
    answer = await admin.ask("GET", "/users")
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
    assert (answer.json()["code"], answer.headers["retry-after"]) == ("unavailable", "1")
    await until(contor.is_ready, seconds=30)


async def test_a_replica_told_to_end_sends_its_clients_to_the_other_and_ends_well(
    contor: Distributed, people: People
) -> None:
    person = await people.client()
    first, second = contor.replicas("communication").values()
    async with live(person, first["url"]) as leaving, live(person, second["url"]) as staying:
        process = psutil.Process(first["pid"])
        process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(leaving.closed.wait(), 10)
        assert leaving.close_code == 1012
        async with live(person) as again:
            await again.is_level()
        await staying.is_level()
    await until(lambda: "communication.1" in contor.said() and "exited unexpectedly (exit code 0)" in contor.said())
    await until(contor.is_ready, seconds=30)


async def test_an_administrator_made_on_the_command_line_signs_in_and_has_a_profile(
    contor: Distributed, people: People
) -> None:
    made = await command("admin", "create", "nightshift", folder=contor.folder, port=1, **contor.shared(), **secret())
    assert (made.code, made.said) == (0, "created the administrator nightshift\n")
    nightshift = await people.admin("nightshift", PASSWORD)

    async def profile() -> bool:
        return [person["username"] for person in await nightshift.all("/users", q="nightshift")] == ["nightshift"]

    await until(profile, what="the profile of an account made on the command line")


def secret() -> dict[str, str]:
    return {"CONTOR_ADMIN_PASSWORD": PASSWORD}


async def test_the_doctor_finds_nothing_wrong(contor: Distributed) -> None:
    ended = await command("doctor", folder=contor.folder, port=1, **contor.shared())
    assert ended.code == 0, ended.said
    for said in ("monitoring: its database is at revision", "on PostgreSQL 18", "the broker answers", "GiB free"):
        assert said in ended.said
    assert "✗" not in ended.said


async def test_ctrl_c_ends_every_process_and_the_next_start_goes_on_where_it_was(
    contor: Distributed, people: People, admin: Person
) -> None:
    owner = await people.client()
    device = await people.device(admin, owner)
    pids = contor.pids()
    assert len(pids) > len(contor.state()["replicas"])
    async with live(owner) as socket:
        assert await contor.stop(signal.SIGINT) == 0
        await asyncio.wait_for(socket.closed.wait(), 5)
        assert socket.close_code == 1012
    await until(lambda: not any(psutil.pid_exists(pid) for pid in pids), what="every process gone")
    await contor.start()
    assert (await owner.refresh()).status_code == 200
    assert [mine["id"] for mine in await owner.all("/devices")] == [device["id"]]
