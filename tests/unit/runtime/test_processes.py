"""A supervised process is restarted when it ends, and not after it was stopped."""

import asyncio
import os
import sys

import psutil

from contor.runtime.embedded.processes import SupervisedProcess
from tests.waiting import until


class Running:
    """A supervised process that runs this Python program, and its output."""

    def __init__(self, program: str) -> None:
        self.lines: list[str] = []
        self.process = SupervisedProcess(
            "it", [sys.executable, "-c", program], dict(os.environ), lambda _, line: self.lines.append(line)
        )
        self.task = asyncio.create_task(self.process.run())


async def test_a_process_that_ends_is_restarted() -> None:
    it = Running("import os; print(os.getpid()); raise SystemExit(3)")
    await until(lambda: len([line for line in it.lines if line.isdigit()]) == 3)
    await it.process.stop()
    await it.task
    restarts = [line for line in it.lines if line.startswith("exited unexpectedly (exit code 3); restarting in ")]
    assert len(restarts) >= 2
    assert len({line for line in it.lines if line.isdigit()}) == 3


async def test_a_stopped_process_is_not_restarted_and_its_last_output_arrives() -> None:
    program = "import signal, sys\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(print('bye', end='')))\n"
    it = Running(program + "print('x' * 3_000_000, flush=True)\nsignal.pause()")
    await until(lambda: it.lines)
    pid = it.process.pid
    await it.process.stop()
    await it.task
    assert it.lines == ["x" * 3_000_000, "bye"]
    assert pid is not None
    assert not psutil.pid_exists(pid)
