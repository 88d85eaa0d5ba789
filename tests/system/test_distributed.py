"""The distributed mode: every replica checks tokens itself, and can crash, drain and restart without the others."""

import asyncio
import json
import os
import re
import signal
from datetime import UTC, datetime
from uuid import uuid4

import httpx
import psutil
import pytest
from websockets.asyncio.client import connect

from tests.signing import Signer
from tests.system.commands import run_contor
from tests.system.deployment import PREFIXES, Distributed
from tests.system.live_socket import open_socket
from tests.system.routes import Route, all_routes
from tests.system.users import PASSWORD, User, UserFactory
from tests.waiting import until

pytestmark = pytest.mark.parametrize("contor", ["distributed"], indirect=True, scope="session")
PROTECTED = [route for route in all_routes() if route.expected["anonymous"] == 401 and route.path != "/auth/refresh"]


def path_of(route: Route) -> str:
    return re.sub(r"\{\w+\}", str(uuid4()), route.path)


@pytest.mark.parametrize("service", [service for service in PREFIXES if service != "communication"])
async def test_a_replica_rejects_invalid_tokens_without_the_gateway(service: str, contor: Distributed) -> None:
    forged = Signer().token(uuid4(), "admin")
    protected = [route for route in PROTECTED if route.path.startswith(PREFIXES[service])]
    assert protected
    async with httpx.AsyncClient(trust_env=False) as http:
        for replica in contor.replicas(service).values():
            for route in protected:
                for headers in ({}, {"Authorization": f"Bearer {forged}"}, {"Authorization": "Bearer x"}):
                    url = f"{replica['url']}{path_of(route)}"
                    response = await http.request(route.method, url, headers=headers)
                    assert (response.status_code, response.json()["code"]) == (401, "not_authenticated"), route


async def test_a_socket_to_a_replica_needs_a_valid_token(contor: Distributed) -> None:
    for replica in contor.replicas("communication").values():
        async with connect(replica["url"].replace("http", "ws") + "/ws", proxy=None) as socket:
            await socket.send(json.dumps({"type": "auth", "token": Signer().token(uuid4(), "admin")}))
            await asyncio.wait_for(socket.wait_closed(), 10)
            assert socket.close_code == 4401


async def test_every_replica_of_communication_sends_frames_to_its_own_sockets(
    contor: Distributed, users: UserFactory, admin: User
) -> None:
    owner = await users.create_client()
    device = await users.create_device(admin, owner, limit=0.5)
    first, second = (replica["url"] for replica in contor.replicas("communication").values())
    async with open_socket(owner, first) as one, open_socket(owner, second) as other:
        reading = {"device_id": device["id"], "timestamp": datetime.now(UTC).isoformat(), "measurement_value": 0.9}
        await owner.send("POST", "/monitoring/readings", reading)
        frames = [await socket.wait_for("alert.raised", device_id=device["id"]) for socket in (one, other)]
        assert frames[0]["id"] == frames[1]["id"]


async def test_the_gateway_skips_a_crashed_replica_until_it_has_restarted(
    contor: Distributed, users: UserFactory, admin: User
) -> None:
    device = await users.create_device(admin)
    reading = {"device_id": device["id"], "timestamp": "2026-02-02T10:30:00Z", "measurement_value": 0.1}
    before = contor.replicas("monitoring")
    os.kill(before["monitoring.1"]["pid"], signal.SIGKILL)
    responses = [await admin.request("POST", "/monitoring/readings", reading) for _ in range(60)]
    failed = [response for response in responses if response.status_code != 202]
    # The gateway does not retry a request whose connection broke while it was sent: it may have been processed.
    assert [(response.status_code, response.json()["code"]) for response in failed] in ([], [(503, "unavailable")])
    await until(lambda: contor.replicas("monitoring")["monitoring.1"]["pid"] != before["monitoring.1"]["pid"])
    assert contor.replicas("monitoring")["monitoring.2"]["pid"] == before["monitoring.2"]["pid"]
    assert "exited unexpectedly (SIGKILL)" in contor.read_output()
    await until(contor.is_ready, seconds=30)


async def test_an_unavailable_service_is_reported_as_problem_json(contor: Distributed, admin: User) -> None:
    (replica,) = contor.replicas("user").values()
    os.kill(replica["pid"], signal.SIGKILL)
    response = await admin.request("GET", "/users")
    assert (response.status_code, response.headers["content-type"]) == (503, "application/problem+json")
    assert (response.json()["code"], response.headers["retry-after"]) == ("unavailable", "1")
    await until(contor.is_ready, seconds=30)


async def test_a_replica_that_shuts_down_makes_its_clients_reconnect_to_the_other(
    contor: Distributed, users: UserFactory
) -> None:
    user = await users.create_client()
    first, second = contor.replicas("communication").values()
    async with open_socket(user, first["url"]) as leaving, open_socket(user, second["url"]) as staying:
        process = psutil.Process(first["pid"])
        process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(leaving.closed.wait(), 10)
        assert leaving.close_code == 1012
        async with open_socket(user) as reconnected:
            await reconnected.sync()
        await staying.sync()
    await until(
        lambda: (
            "communication.1" in contor.read_output() and "exited unexpectedly (exit code 0)" in contor.read_output()
        )
    )
    await until(contor.is_ready, seconds=30)


async def test_an_administrator_created_on_the_command_line_can_sign_in_and_has_a_profile(
    contor: Distributed, users: UserFactory
) -> None:
    created = await run_contor(
        "admin",
        "create",
        "nightshift",
        folder=contor.folder,
        port=1,
        **contor.connection_environment(),
        **admin_password(),
    )
    assert (created.exit_code, created.output) == (0, "created the administrator nightshift\n")
    nightshift = await users.sign_in_admin("nightshift", PASSWORD)

    async def has_profile() -> bool:
        return [user["username"] for user in await nightshift.get_all("/users", q="nightshift")] == ["nightshift"]

    await until(has_profile, what="the profile of the new administrator")


def admin_password() -> dict[str, str]:
    return {"CONTOR_ADMIN_PASSWORD": PASSWORD}


async def test_the_doctor_reports_no_problem(contor: Distributed) -> None:
    result = await run_contor("doctor", folder=contor.folder, port=1, **contor.connection_environment())
    assert result.exit_code == 0, result.output
    for line in ("monitoring: the database is at revision", "on PostgreSQL 18", "the broker answers", "GiB free"):
        assert line in result.output
    assert "✗" not in result.output


async def test_ctrl_c_ends_every_process_and_a_restart_keeps_sessions_and_devices(
    contor: Distributed, users: UserFactory, admin: User
) -> None:
    owner = await users.create_client()
    device = await users.create_device(admin, owner)
    pids = contor.pids()
    assert len(pids) > len(contor.state()["replicas"])
    async with open_socket(owner) as socket:
        assert await contor.stop(signal.SIGINT) == 0
        await asyncio.wait_for(socket.closed.wait(), 5)
        assert socket.close_code == 1012
    await until(lambda: not any(psutil.pid_exists(pid) for pid in pids), what="every process gone")
    await contor.start()
    assert (await owner.refresh()).status_code == 200
    assert [mine["id"] for mine in await owner.get_all("/devices")] == [device["id"]]
