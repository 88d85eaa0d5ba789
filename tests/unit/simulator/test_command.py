"""The command as a process of its own, as people start it."""

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

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


def write(folder: Path, text: str) -> str:
    (folder / "flat.csv").write_text(text)
    return str(folder / "flat.csv")


async def replay(contor: FakeContor, path: str, *flags: str) -> tuple[int | None, str, str]:
    return await finish(await start(contor.url, "--device", "Flat", "--csv", path, *flags))


async def test_a_file_that_is_stored_in_full_exits_0_also_the_second_time(contor: FakeContor, tmp_path: Path) -> None:
    contor.add_device("Flat")
    text = "timestamp,value\n1772323200000,1\n1772323800000,2\n"
    for accepted, duplicates in ((2, 0), (0, 2)):
        status, out, err = await replay(contor, write(tmp_path, text))
        assert (status, err) == (0, "")
        line = f"2 lines read, 0 unreadable; 2 sent: {accepted} accepted, {duplicates} duplicates, 0 rejected\n"
        assert out.endswith(line)


@pytest.mark.parametrize("flags", [(), ("--quiet",)])
async def test_unreadable_and_rejected_lines_are_named_and_exit_3(
    contor: FakeContor, tmp_path: Path, flags: tuple[str, ...]
) -> None:
    contor.add_device("Flat")
    text = "timestamp,device_id,value\n1772323200000,,1\n1772323200000,nobody,1\n" + "1772323800000,,x\n" * 12
    status, out, err = await replay(contor, write(tmp_path, text), *flags)
    assert status == 3
    assert len(contor.stored) == 1
    counts = "14 lines read, 12 unreadable; 2 sent: 1 accepted, 0 duplicates, 1 rejected (1 wrong_type)\n"
    assert out.endswith("" if flags else counts)
    first, *reasons = err.splitlines()
    assert first == (
        f"{tmp_path / 'flat.csv'}: 13 of 14 lines were not stored: 12 unreadable, 1 rejected (1 wrong_type)"
    )
    assert reasons == [*(f"  line {line}: “x” is not a number" for line in range(4, 14)), "  and 2 more"]


async def test_a_file_of_which_no_line_is_accepted_exits_3(contor: FakeContor, tmp_path: Path) -> None:
    contor.add_device("Flat")
    status, out, err = await replay(contor, write(tmp_path, "1772323200000,nobody,1\n"))
    assert (status, contor.stored) == (3, {})
    assert "0 accepted" in out
    assert "1 of 1 lines were not stored: 0 unreadable, 1 rejected (1 wrong_type)" in err


@pytest.mark.parametrize("text", ["", "timestamp,value\n", "timestamp,value\n1772323200000,x\n"])
async def test_a_file_without_readings_exits_1(contor: FakeContor, tmp_path: Path, text: str) -> None:
    contor.add_device("Flat")
    status, _, err = await replay(contor, write(tmp_path, text))
    assert (status, contor.batches) == (1, [])
    assert "flat.csv" in err


async def test_a_file_that_is_stopped_in_the_middle_exits_1(contor: FakeContor, tmp_path: Path) -> None:
    contor.add_device("Flat")
    path = write(tmp_path, "1772323200000,1\n1772999999000,2\n")
    process = await start(contor.url, "--device", "Flat", "--csv", path, "--speed", "1")
    await until(lambda: len(contor.stored) == 1, seconds=30)
    process.send_signal(signal.SIGTERM)
    status, _, err = await finish(process)
    assert status == 1
    assert "stopped before its end" in err


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
async def test_ctrl_c_and_sigterm_end_a_live_run_with_a_summary(contor: FakeContor, end: signal.Signals) -> None:
    contor.add_device("Flat")
    process = await start(contor.url, "--all", "--interval", "1s")
    await until(lambda: len(contor.stored) >= 1, seconds=30)
    process.send_signal(end)
    status, out, err = await finish(process)
    assert (status, err) == (0, "")
    assert "sent:" in out
