"""`contor` at a terminal: ends in order, goes on where it was, and says in one line what is in its way."""

import os
import shutil
import signal
from collections.abc import AsyncIterator

import psutil
import pytest

from contor.runtime.embedded.ports import free_port
from tests.system.commands import contor, postgres_on
from tests.system.deployment import STORING, Embedded
from tests.system.people import PASSWORD, people_of
from tests.waiting import until


@pytest.fixture(scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Embedded]:
    """A Contor that the tests of this file stop and start again; each leaves it running."""
    async with Embedded(tmp_path_factory.mktemp("site") / "data").running() as deployment:
        yield deployment


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl_c", "sigterm"])
async def test_a_signal_ends_every_process_and_the_next_start_goes_on_where_it_was(
    number: signal.Signals, site: Embedded
) -> None:
    async with people_of(site) as people:
        admin, owner = await people.admin(), await people.client()
        device = await people.device(admin, owner)
        readings = [{"timestamp": f"2026-03-29T0{n}:30:00+02:00", "measurement_value": 0.5} for n in range(9)]
        path = f"/monitoring/devices/{device['id']}/consumption"
        await owner.send("POST", "/monitoring/readings", {"device_id": device["id"], "readings": readings})
        before = await owner.get(path, to="2026-03-30T00:00:00Z", resolution="hour")
        pids = site.pids()
        assert site.postmaster in pids

        assert await site.stop(number) == 0
        await until(lambda: not any(psutil.pid_exists(pid) for pid in pids), what="every process gone")
        await site.start()

        assert (await owner.refresh()).status_code == 200
        assert await owner.get(path, to="2026-03-30T00:00:00Z", resolution="hour") == before
        assert before["total_kwh"] == 4.5


async def test_a_port_that_is_taken_is_said_in_one_line_and_nothing_is_started(site: Embedded) -> None:
    other = site.folder.with_name("other")
    ended = await contor("up", folder=other, port=site.port)
    assert (ended.code, ended.said.count("\n")) == (1, 1), ended.said
    assert f"127.0.0.1:{site.port}" in ended.said
    assert not postgres_on(other)


async def test_a_data_folder_that_is_taken_is_said_in_one_line_and_left_alone(site: Embedded) -> None:
    ended = await contor("up", folder=site.folder, port=free_port())
    assert (ended.code, ended.said.count("\n")) == (1, 1), ended.said
    assert str(site.folder) in ended.said
    assert await site.is_ready()


async def test_migrate_prepares_an_empty_folder_and_may_be_repeated(site: Embedded) -> None:
    folder = site.folder.with_name("migrated")
    for _ in range(2):
        ended = await contor("migrate", folder=folder)
        assert (ended.code, ended.said) == (0, "migrated: auth, user, device, monitoring, chat\n")
        assert not postgres_on(folder)


async def test_an_administrator_made_on_the_command_line_signs_in(site: Embedded) -> None:
    await site.stop()
    weak = await contor("admin", "create", "helper", folder=site.folder, CONTOR_ADMIN_PASSWORD="password1")
    assert (weak.code, weak.said.count("\n")) == (1, 1), weak.said
    made = await contor("admin", "create", "helper", folder=site.folder, CONTOR_ADMIN_PASSWORD=PASSWORD)
    assert (made.code, made.said) == (0, "created the administrator helper\n")
    again = await contor("admin", "create", "Helper", folder=site.folder, CONTOR_ADMIN_PASSWORD=PASSWORD)
    assert (again.code, again.said.count("\n")) == (1, 1), again.said
    await site.start()
    async with people_of(site) as people:
        helper = await people.admin("helper", PASSWORD)
        assert (await helper.get("/auth/me"))["role"] == "admin"
        listed = [person["username"] for person in await helper.all("/users", q="helper")]
        assert listed == ["helper"]


async def test_a_backup_made_while_it_runs_starts_on_another_folder_as_it_was(site: Embedded) -> None:
    backup, elsewhere = site.folder.with_name("backup"), Embedded(site.folder.with_name("restored"))
    async with people_of(site) as people:
        admin, owner = await people.admin(), await people.client()
        device = await people.device(admin, owner)
        reading = {"timestamp": "2026-03-29T02:30:00+02:00", "device_id": device["id"], "measurement_value": 0.5}
        await owner.send("POST", "/monitoring/readings", reading)
        made = await contor("backup", str(backup), folder=site.folder)
        assert made.code == 0, made.said

        ended = await contor("restore", str(backup), folder=elsewhere.folder)
        assert (ended.code, ended.said) == (0, f"restored: {', '.join(STORING)}\n")
        assert not postgres_on(elsewhere.folder)
        async with elsewhere.running(), people_of(elsewhere) as again:
            same = again.somebody(owner.username)
            assert (await same.sign_in()).status_code == 200
            path = f"/monitoring/devices/{device['id']}/consumption"
            assert (await same.get(path, to="2026-03-30T00:00:00Z", resolution="hour"))["total_kwh"] == 0.5


@pytest.mark.skipif(os.geteuid() != 0, reason="as another user than root, files belong to whoever copies them")
async def test_a_data_folder_copied_from_a_machine_with_other_users_starts(site: Embedded) -> None:
    copied = site.folder.with_name("copied")
    await site.stop()
    shutil.copytree(site.folder, copied, symlinks=True)
    for path in copied.rglob("*"):
        os.chown(path, 54_321, 54_321, follow_symlinks=False)
    await site.start()
    ended = await contor("doctor", folder=copied)
    assert ended.code == 0, ended.said


async def test_registration_can_be_closed(site: Embedded) -> None:
    await site.restart(CONTOR_AUTH_REGISTRATION_OPEN="false")
    async with people_of(site) as people:
        stranger = people.somebody()
        assert await stranger.get("/auth/settings") == {"registration_open": False}
        body = {"username": stranger.username, "password": PASSWORD}
        refused = await stranger.ask("POST", "/auth/register", body)
        assert (refused.status_code, refused.json()["code"]) == (403, "registration_closed")
        admin = await people.admin()
        await admin.send("POST", "/users", body | {"role": "client"})
        assert (await stranger.sign_in()).status_code == 200
    await site.restart()


async def test_a_setting_that_is_wrong_is_named_in_one_line(site: Embedded) -> None:
    ended = await contor("up", folder=site.folder.with_name("wrong"), CONTOR_PORT="eighty")
    assert (ended.code, ended.said.count("\n")) == (1, 1), ended.said
    assert "CONTOR_PORT" in ended.said
