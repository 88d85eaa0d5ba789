"""CPU use during a measurement, to tell a slow server from a busy machine."""

import contextlib
import os
import time
from typing import Self

import psutil

from tests.benchmarks.server import Server


class CpuUsage:
    """Cores used by the server, PostgreSQL, this process and others, from `__enter__` to `__exit__`.

    Processes that end in between count as others.
    """

    def __init__(self, server: Server) -> None:
        self._server = psutil.Process(server.process.pid)

    def __enter__(self) -> Self:
        self._before, self._total_before, self._at = self._used(), _total(), time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        after, total, seconds = self._used(), _total() - self._total_before, time.perf_counter() - self._at
        used = {"server": 0.0, "PostgreSQL": 0.0, "clients": 0.0}
        for (pid, group), until in after.items():
            used[group] += (until - self._before.get((pid, group), 0.0)) / seconds
        self.cores = used | {"others": max(0.0, total / seconds - sum(used.values()))}

    def __str__(self) -> str:
        shares = ", ".join(f"{group} {cores:.2f}" for group, cores in self.cores.items())
        return f"(of {os.cpu_count()} cores: {shares}; load {os.getloadavg()[0]:.0f})"

    def _used(self) -> dict[tuple[int, str], float]:
        """CPU seconds of each process by (process id, group)."""
        found = {}
        for process in (psutil.Process(), self._server, *self._server.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                role = "PostgreSQL" if process.name().startswith("postgres") else "server"
                times = process.cpu_times()
                group = "clients" if process.pid == os.getpid() else role
                found[process.pid, group] = float(times.user + times.system)
        return found


def _total() -> float:
    """Busy seconds of all processors of the machine."""
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - times.iowait - times.guest - times.guest_nice)
