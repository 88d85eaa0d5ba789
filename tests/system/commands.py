"""The `contor` command, run to its end."""

import asyncio
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.system.deployment import environment_for


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended and what it said, on either stream."""

    code: int
    said: str


async def contor(*arguments: str, folder: Path, port: int = 1, **environment: str) -> Ended:
    """Run `contor …` on this data folder; a command that does not end is an error after a minute and a half."""
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "contor", *arguments],
        env=environment_for(folder, port, **environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=90,
        check=False,
    )
    return Ended(done.returncode, done.stdout)


def postgres_on(folder: Path) -> list[int]:
    """Processes of a PostgreSQL on this data folder."""
    return [
        process.pid
        for process in psutil.process_iter(["cmdline"])
        if str(folder) in " ".join(process.info["cmdline"] or []) and "postgres" in (process.info["cmdline"] or [""])[0]
    ]


def end(pids: set[int]) -> None:
    """Leave nothing behind, whatever a test found."""
    for pid in pids:
        if psutil.pid_exists(pid):
            os.kill(pid, signal.SIGKILL)
