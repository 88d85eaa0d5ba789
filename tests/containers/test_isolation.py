"""Limits of containers, database roles and broker users."""

import asyncio

import asyncpg
import httpx
import pytest

from tests.containers.compose_deployment import ONE_SHOT, ComposeDeployment
from tests.containers.meter_client import QUEUE, is_refused, parameters, send
from tests.system.deployment import SERVICES_WITH_DATABASE

PROBE = """
import os, sys
try:
    open("/app/probe", "w")
except OSError:
    status = open("/proc/1/status").read()
    print(os.getuid(), "CapEff:\\t0000000000000000" in status, "NoNewPrivs:\\t1" in status)
"""


async def test_every_container_runs_with_restricted_privileges(contor: ComposeDeployment) -> None:
    for service in (*contor.running_services, *ONE_SHOT):
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
            assert restart in ("no", "") if service in ONE_SHOT else restart == "unless-stopped", service


async def test_a_service_runs_without_root_and_with_a_read_only_file_system(contor: ComposeDeployment) -> None:
    result = await contor.execute("monitoring", "python", "-c", PROBE)
    assert result.output.split() == ["10001", "True", "True"], result.output


async def test_only_traefik_publishes_a_port(contor: ComposeDeployment) -> None:
    published = {
        service: [port for ports in container["HostConfig"]["PortBindings"].values() for port in ports]
        for service in (*contor.running_services, *ONE_SHOT)
        for container in await contor.containers(service)
    }
    assert [port["HostPort"] for port in published.pop("traefik")] == [str(contor.port)]
    assert not any(published.values())


async def test_internal_paths_are_not_reachable_through_traefik(contor: ComposeDeployment) -> None:
    async with httpx.AsyncClient(base_url=contor.url, trust_env=False) as http:
        for path in ("/metrics", "/auth/metrics", "/monitoring/metrics", "/dashboard/", "/api/rawdata", "/ping"):
            response = await http.get(path)
            assert response.status_code == 404 or "<!doctype html>" in response.text.lower(), path
            assert "contor_" not in response.text, path


@pytest.mark.parametrize("role", SERVICES_WITH_DATABASE)
async def test_a_role_can_connect_to_its_own_database_only(role: str, contor: ComposeDeployment) -> None:
    own = await contor.connect(role, role)
    assert await own.fetchval(
        "SELECT NOT (rolsuper OR rolcreatedb OR rolcreaterole) FROM pg_roles WHERE rolname = $1", role
    )
    await own.close()
    for database in {*SERVICES_WITH_DATABASE, "postgres", "template1"} - {role}:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await contor.connect(role, database)


async def test_a_meter_can_only_publish_to_the_readings_queue(contor: ComposeDeployment) -> None:
    meter = await parameters(contor)
    await asyncio.to_thread(send, meter, {"not": "a reading: stored as rejected"})
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
    allowed = [action for action, act in forbidden.items() if not await asyncio.to_thread(is_refused, meter, act)]
    assert allowed == []
    assert await asyncio.to_thread(is_refused, await parameters(contor, host="contor"), lambda c: c)


async def test_the_readings_queue_is_a_quorum_queue_without_a_delivery_limit(contor: ComposeDeployment) -> None:
    for host in ("/", "contor"):
        found = (await contor.queues(host, "type", "durable", "effective_policy_definition"))[QUEUE]
        assert found == ["quorum", "true", '[{<<"delivery-limit">>, -1}]'], host


async def test_the_broker_has_no_default_user(contor: ComposeDeployment) -> None:
    output = (await contor.execute("rabbitmq", "rabbitmqctl", "-q", "list_users", "--no-table-headers")).output
    assert sorted(line.split("\t")[0] for line in output.strip().splitlines()) == ["contor", "meter"]
