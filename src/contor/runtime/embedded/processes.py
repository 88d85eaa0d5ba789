"""Processes that we start: kept running, their output carried on line by line, ended when we end."""

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 30.0
STOP_SECONDS = 20.0
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def end_with_parent(number: signal.Signals = signal.SIGTERM) -> None:
    """In a child about to run: ask the kernel to send it this signal when our process dies, however it dies."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, number)


class KeptProcess:
    """A process that is started again, after a growing pause, whenever it ends by itself; until `stop`."""

    def __init__(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], say: Callable[[str, str], None]
    ) -> None:
        """`say(name, line)` is called with each line that it writes."""
        self.name = name
        self.pid: int | None = None
        self.started: Callable[[], None] = lambda: None
        """Called at every start, when `pid` is a new one."""
        self._command = command
        self._environment = environment
        self._say = say
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Keep it running; returns after `stop`."""
        clock = asyncio.get_running_loop().time
        pause = FIRST_PAUSE
        while not self._stopping.is_set():
            since = clock()
            code = await self._run_once()
            if self._stopping.is_set():
                return
            if clock() - since > STEADY_SECONDS:
                pause = FIRST_PAUSE
            self._say(self.name, f"ended by itself ({_how(code)}); is started again in {pause:g} s")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _run_once(self) -> int:
        process = self._process = await asyncio.create_subprocess_exec(
            *self._command,
            env=self._environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for us, who then end it in order
            preexec_fn=end_with_parent,
        )
        self.pid = process.pid
        if self._stopping.is_set():
            process.terminate()
        self.started()
        assert process.stdout is not None  # noqa: S101  asked for above
        async for line in _lines(process.stdout):
            self._say(self.name, line)
        return await process.wait()

    def ask_to_stop(self) -> None:
        """SIGTERM, and no start after it."""
        self._stopping.set()
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()

    async def stop(self) -> None:
        """Return when it has ended; SIGKILL for one that takes longer than `STOP_SECONDS`."""
        self.ask_to_stop()
        if self._process is None:
            return
        try:
            await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
        except TimeoutError:
            self._say(self.name, f"did not end within {STOP_SECONDS:g} s and is killed")
            self._process.kill()
            await self._process.wait()


def _how(code: int) -> str:
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name


async def _lines(stream: asyncio.StreamReader) -> AsyncIterator[str]:
    """Its lines, however long, as they come."""
    rest = b""
    while chunk := await stream.read(65_536):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield line.decode(errors="replace")
    if rest:
        yield rest.decode(errors="replace")


def own_environment() -> dict[str, str]:
    """Ours without what is said of Contor: a program that is not ours has no business with its secrets."""
    return {name: value for name, value in os.environ.items() if not name.startswith("CONTOR_")}
