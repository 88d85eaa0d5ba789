"""What the processors were busy with while something was measured: a shared machine is to be told from a slow one."""

import contextlib
import os
import time
from typing import Self

import psutil

from tests.benchmarks.server import Server


class Busy:
    """Processor time from entering to leaving: the server's, PostgreSQL's, this process's, and everybody else's.

    Of processes that ended in between nothing is known; they count as somebody else.
    """

    def __init__(self, server: Server) -> None:
        self._server = psutil.Process(server.process.pid)

    def __enter__(self) -> Self:
        self._before, self._whole_before, self._at = self._used(), _whole(), time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        after, whole, seconds = self._used(), _whole() - self._whole_before, time.perf_counter() - self._at
        used = {"server": 0.0, "PostgreSQL": 0.0, "clients": 0.0}
        for (pid, whose), until in after.items():
            used[whose] += (until - self._before.get((pid, whose), 0.0)) / seconds
        self.cores = used | {"others": max(0.0, whole / seconds - sum(used.values()))}

    def __str__(self) -> str:
        shares = ", ".join(f"{whose} {cores:.2f}" for whose, cores in self.cores.items())
        return f"(of {os.cpu_count()} cores: {shares}; load {os.getloadavg()[0]:.0f})"

    def _used(self) -> dict[tuple[int, str], float]:
        """Seconds of each process, by its number and whose it is."""
        found = {}
        for process in (psutil.Process(), self._server, *self._server.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                theirs = "PostgreSQL" if process.name().startswith("postgres") else "server"
                times = process.cpu_times()
                whose = "clients" if process.pid == os.getpid() else theirs
                found[process.pid, whose] = float(times.user + times.system)
        return found


def _whole() -> float:
    """Seconds for which any processor of the machine was busy."""
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - times.iowait - times.guest - times.guest_nice)
