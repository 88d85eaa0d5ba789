"""Child processes: restarted with backoff, their output passed on line by line, ended with their parent."""

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence

from contor.kernel.clock import wait_for_event
from contor.kernel.retry import Retry

RESTART = Retry(initial_backoff=0.5, max_backoff=30.0)
STABLE_SECONDS = 30.0
"""A process that ran so long starts the backoff anew."""
STOP_SECONDS = 20.0
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def end_with_parent(number: signal.Signals = signal.SIGTERM) -> None:
    """For `preexec_fn`: have the kernel send this signal to the child when its parent dies, however it dies."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, number)


class SupervisedProcess:
    """A process that is restarted with backoff whenever it ends, until `stop`."""

    def __init__(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], on_line: Callable[[str, str], None]
    ) -> None:
        """`on_line(name, line)` is called with each line of its output."""
        self.name = name
        self.pid: int | None = None
        self.on_start: Callable[[], None] = lambda: None
        """Called at every start, with a new `pid`."""
        self._command = command
        self._environment = environment
        self._on_line = on_line
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Return after `stop`."""
        clock = asyncio.get_running_loop().time
        delays = RESTART.delays()
        while not self._stopping.is_set():
            started = clock()
            code = await self._run_once()
            if self._stopping.is_set():
                return
            if clock() - started > STABLE_SECONDS:
                delays = RESTART.delays()
            delay = next(delays)
            self._on_line(self.name, f"exited unexpectedly ({_reason(code)}); restarting in {delay:.1f} s")
            await wait_for_event(self._stopping, delay)

    async def _run_once(self) -> int:
        process = self._process = await asyncio.create_subprocess_exec(
            *self._command,
            env=self._environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches the parent only, which stops its children in order
            preexec_fn=end_with_parent,
        )
        self.pid = process.pid
        if self._stopping.is_set():
            process.terminate()
        self.on_start()
        assert process.stdout is not None  # noqa: S101  requested above
        async for line in _lines(process.stdout):
            self._on_line(self.name, line)
        return await process.wait()

    def terminate(self) -> None:
        """Send SIGTERM and do not restart; returns at once."""
        self._stopping.set()
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()

    async def stop(self) -> None:
        """SIGTERM, after `STOP_SECONDS` SIGKILL; returns when it has ended."""
        self.terminate()
        if self._process is None:
            return
        try:
            await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
        except TimeoutError:
            self._on_line(self.name, f"did not stop within {STOP_SECONDS:g} s; sending SIGKILL")
            self._process.kill()
            await self._process.wait()


def _reason(code: int) -> str:
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name


async def _lines(stream: asyncio.StreamReader) -> AsyncIterator[str]:
    """Lines of any length, unlike `StreamReader.readline`."""
    rest = b""
    while chunk := await stream.read(65_536):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield line.decode(errors="replace")
    if rest:
        yield rest.decode(errors="replace")


def environment_without_settings() -> dict[str, str]:
    """Ours without `CONTOR_…`: other programs must not receive our secrets."""
    return {name: value for name, value in os.environ.items() if not name.startswith("CONTOR_")}
