"""The `contor` command: shutdown and restart, backup and restore, and one-line error messages."""

import os
import shutil
import signal
from collections.abc import AsyncIterator

import psutil
import pytest

from contor.runtime.embedded.ports import free_port
from tests.system.commands import postgres_processes, run_contor
from tests.system.deployment import SERVICES_WITH_DATABASE, Embedded
from tests.system.users import PASSWORD, user_factory
from tests.waiting import until


@pytest.fixture(scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Embedded]:
    """A Contor that the tests of this file stop and restart; each test leaves it running."""
    async with Embedded(tmp_path_factory.mktemp("site") / "data").running() as deployment:
        yield deployment


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl_c", "sigterm"])
async def test_a_signal_ends_every_process_and_a_restart_keeps_sessions_and_readings(
    number: signal.Signals, site: Embedded
) -> None:
    async with user_factory(site) as users:
        admin, owner = await users.sign_in_admin(), await users.create_client()
        device = await users.create_device(admin, owner)
        readings = [{"timestamp": f"2026-03-29T0{n}:30:00+02:00", "measurement_value": 0.5} for n in range(9)]
        path = f"/monitoring/devices/{device['id']}/consumption"
        await owner.send("POST", "/monitoring/readings", {"device_id": device["id"], "readings": readings})
        before = await owner.get(path, to="2026-03-30T00:00:00Z", resolution="hour")
        pids = site.pids()
        assert site.postmaster_pid in pids

        assert await site.stop(number) == 0
        await until(lambda: not any(psutil.pid_exists(pid) for pid in pids), what="every process gone")
        await site.start()

        assert (await owner.refresh()).status_code == 200
        assert await owner.get(path, to="2026-03-30T00:00:00Z", resolution="hour") == before
        assert before["total_kwh"] == 4.5


async def test_a_port_in_use_is_reported_in_one_line_and_nothing_is_started(site: Embedded) -> None:
    other = site.folder.with_name("other")
    result = await run_contor("up", folder=other, port=site.port)
    assert (result.exit_code, result.output.count("\n")) == (1, 1), result.output
    assert f"127.0.0.1:{site.port}" in result.output
    assert not postgres_processes(other)


async def test_a_data_folder_in_use_is_reported_in_one_line_and_not_changed(site: Embedded) -> None:
    result = await run_contor("up", folder=site.folder, port=free_port())
    assert (result.exit_code, result.output.count("\n")) == (1, 1), result.output
    assert str(site.folder) in result.output
    assert await site.is_ready()


async def test_migrate_prepares_an_empty_folder_and_can_be_repeated(site: Embedded) -> None:
    folder = site.folder.with_name("migrated")
    for _ in range(2):
        result = await run_contor("migrate", folder=folder)
        assert (result.exit_code, result.output) == (0, "migrated: auth, user, device, monitoring, chat\n")
        assert not postgres_processes(folder)


async def test_an_administrator_created_on_the_command_line_can_sign_in(site: Embedded) -> None:
    await site.stop()
    weak = await run_contor("admin", "create", "operator", folder=site.folder, CONTOR_ADMIN_PASSWORD="password1")
    assert (weak.exit_code, weak.output.count("\n")) == (1, 1), weak.output
    created = await run_contor("admin", "create", "operator", folder=site.folder, CONTOR_ADMIN_PASSWORD=PASSWORD)
    assert (created.exit_code, created.output) == (0, "created the administrator operator\n")
    again = await run_contor("admin", "create", "Operator", folder=site.folder, CONTOR_ADMIN_PASSWORD=PASSWORD)
    assert (again.exit_code, again.output.count("\n")) == (1, 1), again.output
    await site.start()
    async with user_factory(site) as users:
        operator = await users.sign_in_admin("operator", PASSWORD)
        assert (await operator.get("/auth/me"))["role"] == "admin"
        listed = [user["username"] for user in await operator.get_all("/users", q="operator")]
        assert listed == ["operator"]


async def test_an_online_backup_can_be_restored_to_another_folder(site: Embedded) -> None:
    backup, restored = site.folder.with_name("backup"), Embedded(site.folder.with_name("restored"))
    async with user_factory(site) as users:
        admin, owner = await users.sign_in_admin(), await users.create_client()
        device = await users.create_device(admin, owner)
        reading = {"timestamp": "2026-03-29T02:30:00+02:00", "device_id": device["id"], "measurement_value": 0.5}
        await owner.send("POST", "/monitoring/readings", reading)
        created = await run_contor("backup", str(backup), folder=site.folder)
        assert created.exit_code == 0, created.output

        result = await run_contor("restore", str(backup), folder=restored.folder)
        assert (result.exit_code, result.output) == (0, f"restored: {', '.join(SERVICES_WITH_DATABASE)}\n")
        assert not postgres_processes(restored.folder)
        async with restored.running(), user_factory(restored) as restored_users:
            same_owner = restored_users.new_browser(owner.username)
            assert (await same_owner.sign_in()).status_code == 200
            path = f"/monitoring/devices/{device['id']}/consumption"
            assert (await same_owner.get(path, to="2026-03-30T00:00:00Z", resolution="hour"))["total_kwh"] == 0.5


@pytest.mark.skipif(os.geteuid() != 0, reason="without root, copied files belong to the current user")
async def test_a_data_folder_copied_from_a_machine_with_other_users_starts(site: Embedded) -> None:
    copied = site.folder.with_name("copied")
    await site.stop()
    shutil.copytree(site.folder, copied, symlinks=True)
    for path in copied.rglob("*"):
        os.chown(path, 54_321, 54_321, follow_symlinks=False)
    await site.start()
    result = await run_contor("doctor", folder=copied)
    assert result.exit_code == 0, result.output


async def test_registration_can_be_closed(site: Embedded) -> None:
    await site.restart(CONTOR_AUTH_REGISTRATION_OPEN="false")
    async with user_factory(site) as users:
        visitor = users.new_browser()
        assert await visitor.get("/auth/settings") == {"registration_open": False}
        body = {"username": visitor.username, "password": PASSWORD}
        response = await visitor.request("POST", "/auth/register", body)
        assert (response.status_code, response.json()["code"]) == (403, "registration_closed")
        admin = await users.sign_in_admin()
        await admin.send("POST", "/users", body | {"role": "client"})
        assert (await visitor.sign_in()).status_code == 200
    await site.restart()


async def test_an_invalid_setting_is_named_in_one_line(site: Embedded) -> None:
    result = await run_contor("up", folder=site.folder.with_name("wrong"), CONTOR_PORT="eighty")
    assert (result.exit_code, result.output.count("\n")) == (1, 1), result.output
    assert "CONTOR_PORT" in result.output
