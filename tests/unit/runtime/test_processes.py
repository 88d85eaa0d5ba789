"""A process that is kept running: started again when it ends by itself, and not when it was told to end."""

import asyncio
import os
import sys

import psutil

from contor.runtime.embedded.processes import KeptProcess
from tests.waiting import until


class Running:
    """A kept process that runs this program, and what it wrote."""

    def __init__(self, program: str) -> None:
        self.lines: list[str] = []
        self.process = KeptProcess(
            "it", [sys.executable, "-c", program], dict(os.environ), lambda _, line: self.lines.append(line)
        )
        self.task = asyncio.create_task(self.process.run())


async def test_one_that_ends_by_itself_is_started_again_after_a_growing_pause() -> None:
    it = Running("import os; print(os.getpid()); raise SystemExit(3)")
    await until(lambda: len([line for line in it.lines if line.isdigit()]) == 3)
    await it.process.stop()
    await it.task
    said = [line for line in it.lines if "exit code 3" in line]
    assert said[:2] == [f"ended by itself (exit code 3); is started again in {pause} s" for pause in ("0.5", "1")]
    assert len({line for line in it.lines if line.isdigit()}) == 3


async def test_one_that_is_told_to_end_stays_ended_and_its_last_words_are_heard() -> None:
    program = "import signal, sys\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(print('bye', end='')))\n"
    it = Running(program + "print('x' * 3_000_000, flush=True)\nsignal.pause()")
    await until(lambda: it.lines)
    pid = it.process.pid
    await it.process.stop()
    await it.task
    assert it.lines == ["x" * 3_000_000, "bye"]
    assert pid is not None
    assert not psutil.pid_exists(pid)
