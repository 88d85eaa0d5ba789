"""What a container, a role and a user of the broker may not do."""

import asyncio

import asyncpg
import httpx
import pytest

from tests.containers.engine import ONCE, Containers
from tests.containers.meters import QUEUE, parameters, refused, send
from tests.system.deployment import STORING

PROBE = """
import os, sys
try:
    open("/app/probe", "w")
except OSError:
    status = open("/proc/1/status").read()
    print(os.getuid(), "CapEff:\\t0000000000000000" in status, "NoNewPrivs:\\t1" in status)
"""


async def test_every_container_is_shut_in(contor: Containers) -> None:
    for service in (*contor.staying, *ONCE):
        found = await contor.containers(service)
        assert found, service
        for container in found:
            host, user = container["HostConfig"], container["Config"]["User"]
            assert user.split(":")[0] not in ("", "0", "root"), service
            assert host["ReadonlyRootfs"], service
            assert host["CapDrop"] == ["ALL"], service
            assert host["SecurityOpt"] == ["no-new-privileges:true"], service
            assert host["Memory"] > 0, service
            assert [n.split("_")[-1] for n in container["NetworkSettings"]["Networks"]] == ["private"], service
            restart = host["RestartPolicy"]["Name"]
            assert restart in ("no", "") if service in ONCE else restart == "unless-stopped", service


async def test_a_service_runs_without_root_or_a_place_to_write(contor: Containers) -> None:
    ended = await contor.inside("monitoring", "python", "-c", PROBE)
    assert ended.said.split() == ["10001", "True", "True"], ended.said


async def test_only_traefik_publishes_a_port(contor: Containers) -> None:
    published = {
        service: [port for ports in container["HostConfig"]["PortBindings"].values() for port in ports]
        for service in (*contor.staying, *ONCE)
        for container in await contor.containers(service)
    }
    assert [port["HostPort"] for port in published.pop("traefik")] == [str(contor.port)]
    assert not any(published.values())


async def test_what_is_internal_is_not_reachable_through_traefik(contor: Containers) -> None:
    async with httpx.AsyncClient(base_url=contor.url, trust_env=False) as http:
        for path in ("/metrics", "/auth/metrics", "/monitoring/metrics", "/dashboard/", "/api/rawdata", "/ping"):
            answer = await http.get(path)
            assert answer.status_code == 404 or "<!doctype html>" in answer.text.lower(), path
            assert "contor_" not in answer.text, path


@pytest.mark.parametrize("role", STORING)
async def test_a_role_reaches_its_own_database_alone(role: str, contor: Containers) -> None:
    own = await contor.connect(role, role)
    assert await own.fetchval(
        "SELECT NOT (rolsuper OR rolcreatedb OR rolcreaterole) FROM pg_roles WHERE rolname = $1", role
    )
    await own.close()
    for database in {*STORING, "postgres", "template1"} - {role}:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await contor.connect(role, database)


async def test_a_meter_may_only_put_readings_on_its_queue(contor: Containers) -> None:
    meter = await parameters(contor)
    await asyncio.to_thread(send, meter, {"not": "a reading, and kept as such"})
    (events,) = [name for name in await contor.queues("contor") if name == "monitoring.user.deleted"]
    forbidden = {
        "read readings": lambda c: c.basic_get(QUEUE),
        "purge readings": lambda c: c.queue_purge(QUEUE),
        "make a queue": lambda c: c.queue_declare("other", durable=True),
        "make a queue for replies": lambda c: c.queue_declare("", exclusive=True),
        "make an exchange": lambda c: c.exchange_declare("other"),
        "publish to an exchange": lambda c: c.basic_publish("amq.topic", "user.deleted", b"{}", mandatory=True),
        "publish to an event's queue": lambda c: c.basic_publish("", events, b"{}", mandatory=True),
        "bind": lambda c: c.queue_bind(QUEUE, "amq.topic", "#"),
    }
    allowed = [what for what, act in forbidden.items() if not await asyncio.to_thread(refused, meter, act)]
    assert allowed == []
    assert await asyncio.to_thread(refused, await parameters(contor, host="contor"), lambda c: c)


async def test_readings_wait_in_a_quorum_queue_however_often_they_come_back(contor: Containers) -> None:
    for host in ("/", "contor"):
        found = (await contor.queues(host, "type", "durable", "effective_policy_definition"))[QUEUE]
        assert found == ["quorum", "true", '[{<<"delivery-limit">>, -1}]'], host


async def test_the_broker_knows_no_default_user(contor: Containers) -> None:
    said = (await contor.inside("rabbitmq", "rabbitmqctl", "-q", "list_users", "--no-table-headers")).said
    assert sorted(line.split("\t")[0] for line in said.strip().splitlines()) == ["contor", "meter"]
