"""Runs `contor` commands and looks for their processes."""

import asyncio
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.system.deployment import contor_environment


@dataclass(frozen=True, slots=True)
class CommandResult:
    """Exit code, and standard output and error in one text."""

    exit_code: int
    output: str


async def run_contor(*arguments: str, folder: Path, port: int = 1, **environment: str) -> CommandResult:
    """Run `contor …` on this data folder; raises `TimeoutExpired` after 90 seconds."""
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "contor", *arguments],
        env=contor_environment(folder, port, **environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=90,
        check=False,
    )
    return CommandResult(done.returncode, done.stdout)


def postgres_processes(folder: Path) -> list[int]:
    """Process ids of a PostgreSQL on this data folder."""
    return [
        process.pid
        for process in psutil.process_iter(["cmdline"])
        if str(folder) in " ".join(process.info["cmdline"] or []) and "postgres" in (process.info["cmdline"] or [""])[0]
    ]
