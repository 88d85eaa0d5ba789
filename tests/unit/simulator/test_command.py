"""The command as a process of its own, as people start it."""

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE, Process

import pytest

from tests.unit.simulator.fake_contor import FakeContor
from tests.waiting import until


async def start(url: str, *flags: str) -> Process:
    signed = ["--username", "ana", "--password", "right horse"]
    command = [sys.executable, "-m", "contor.simulator", "--url", url, *signed, *flags]
    return await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE)


async def finish(process: Process) -> tuple[int | None, str, str]:
    out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


async def test_a_backfill_ends_with_a_summary(contor: FakeContor) -> None:
    contor.add_device("Flat")
    status, out, err = await finish(await start(contor.url, "--all", "--since", "1d", "--once"))
    assert (status, err) == (0, "")
    assert f"{len(contor.stored)} sent: {len(contor.stored)} accepted, 0 duplicates, 0 rejected" in out


async def test_wrong_password_one_line_and_exit_1(contor: FakeContor) -> None:
    status, _, err = await finish(await start(contor.url, "--all", "--password", "wrong"))
    assert status == 1
    assert err == "sign-in as “ana” failed: this is invalid_credentials\n"


async def test_no_server_one_line_and_exit_1() -> None:
    status, _, err = await finish(await start("http://127.0.0.1:9", "--all"))
    assert status == 1
    assert err.startswith("the server at http://127.0.0.1:9 cannot be reached: ")
    assert err.count("\n") == 1


@pytest.mark.parametrize("flags", [(), ("--all",), ("--device", "Nowhere"), ("--config", "/nowhere.toml")])
async def test_no_meters_one_line_and_exit_1(contor: FakeContor, flags: tuple[str, ...]) -> None:
    status, _, err = await finish(await start(contor.url, *flags))
    assert status == 1
    assert err.count("\n") == 1
    assert "Traceback" not in err


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
async def test_ctrl_c_and_sigterm_end_a_live_run_with_a_summary(contor: FakeContor, end: signal.Signals) -> None:
    contor.add_device("Flat")
    process = await start(contor.url, "--all", "--interval", "1s")
    await until(lambda: len(contor.stored) >= 1, seconds=30)
    process.send_signal(end)
    status, out, err = await finish(process)
    assert (status, err) == (0, "")
    assert "sent:" in out
