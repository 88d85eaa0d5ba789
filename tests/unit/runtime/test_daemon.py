"""A daemon is restarted when it dies, stopped at the end, and found again after a crash of Contor."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from contor.runtime.embedded.daemon import Daemon, DaemonNotStarted, stop_orphan
from tests.waiting import until

SLEEP = [sys.executable, "-c", "import signal; print('started', flush=True); signal.pause()"]


async def ready() -> None:
    pass


async def never_ready() -> None:
    raise ConnectionRefusedError


async def test_a_daemon_that_dies_is_restarted_and_stopped_at_the_end(tmp_path: Path) -> None:
    daemon = Daemon("sleep", tmp_path / "sleep.log", ready, pid_file=tmp_path / "pid")
    async with daemon.supervise(lambda: daemon.start(SLEEP)):
        first = daemon.pid
        assert first is not None
        assert (tmp_path / "pid").read_text() == str(first)
        os.kill(first, signal.SIGKILL)
        second = await until(lambda: daemon.pid if daemon.pid != first else None)
    assert not psutil.pid_exists(second)
    assert not (tmp_path / "pid").exists()


async def test_a_program_that_ends_before_it_is_ready_is_an_error_with_its_log(tmp_path: Path) -> None:
    daemon = Daemon("false", tmp_path / "false.log", never_ready)
    with pytest.raises(DaemonNotStarted, match=str(tmp_path)):
        async with daemon.supervise(lambda: daemon.start(["false"])):
            pass


def test_only_an_orphan_of_ours_is_stopped(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    stop_orphan(pid_file, lambda _: True)
    with subprocess.Popen(SLEEP, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        pid_file.write_text(f"{process.pid}\n/data\n")
        stop_orphan(pid_file, lambda _: False)
        assert process.poll() is None
        stop_orphan(pid_file, lambda orphan: orphan.pid == process.pid)
        assert not psutil.pid_exists(process.pid)
