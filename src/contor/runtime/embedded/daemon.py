"""A server program that Contor starts, restarts when it dies, and stops."""

import asyncio
import contextlib
import signal
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import psutil

from contor.kernel.errors import OperatorError
from contor.kernel.periodic import periodic
from contor.kernel.retry import Retry
from contor.kernel.telemetry import log
from contor.runtime.embedded.processes import end_with_parent

START_SECONDS = 90.0
STOP_SECONDS = 30.0
CHECK_SECONDS = 0.2
RESTART = Retry(initial_backoff=0.5, max_backoff=5.0)


class DaemonNotStarted(OperatorError):
    """The program ended, or did not accept connections in time; the message names its log."""


class Daemon:
    """One server process; its output is appended to `log_file`."""

    def __init__(
        self,
        name: str,
        log_file: Path,
        check_ready: Callable[[], Awaitable[None]],
        *,
        pid_file: Path | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
        kill_signal: signal.Signals = signal.SIGKILL,
    ) -> None:
        """`check_ready` raises until the server accepts connections. `pid_file` is for servers that write none."""
        self._name = name
        self._log_file = log_file
        self._check_ready = check_ready
        self._pid_file = pid_file
        self._stop_signal = stop_signal
        self._kill_signal = kill_signal
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @contextlib.asynccontextmanager
    async def supervise(self, start: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
        """Call `start` now and whenever the process has died; stop it when the block ends."""
        try:
            await start()
            restart = partial(self._restart_if_dead, start)
            async with periodic(CHECK_SECONDS, restart, failed="daemon_restart_failed"):
                yield
        finally:
            await asyncio.to_thread(self.stop)

    async def start(
        self, command: Sequence[str], *, environment: Mapping[str, str] | None = None, user: str | None = None
    ) -> None:
        """Return when the server accepts connections. Raises `DaemonNotStarted`."""
        with self._log_file.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: ASYNC220, S603  forking takes a millisecond
                command,
                env=environment,
                user=user,
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                preexec_fn=partial(end_with_parent, self._stop_signal),
            )
        if self._pid_file is not None:
            self._pid_file.write_text(str(self._process.pid))
        retry = Retry(
            initial_backoff=0.05, max_backoff=0.1, deadline=START_SECONDS, retry_when=lambda _: self._is_alive()
        )
        try:
            await retry.call(self._check_ready)
        except Exception as error:
            raise DaemonNotStarted(f"{self._name} did not start; see {self._log_file.parent}/*.log") from error

    async def kill(self) -> None:
        """SIGKILL, as in a power cut; not restarted until `start`."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            await asyncio.to_thread(process.wait, STOP_SECONDS)

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(self._stop_signal)
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                log.warning("daemon_stop_timed_out", daemon=self._name)
                self._process.send_signal(self._kill_signal)
                self._process.wait(STOP_SECONDS)
        if self._pid_file is not None:
            self._pid_file.unlink(missing_ok=True)

    def _is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    async def _restart_if_dead(self, start: Callable[[], Awaitable[None]]) -> None:
        def log_failure(error: Exception, attempt: int, _: float) -> None:
            log.error("daemon_restart_failed", daemon=self._name, attempt=attempt, error=str(error))

        if self._process is not None and (exit_code := self._process.poll()) is not None:
            log.error("daemon_exited", daemon=self._name, exit_code=exit_code)
            await RESTART.call(start, log_failure)
            log.info("daemon_restarted", daemon=self._name)


def stop_orphan(
    pid_file: Path, is_ours: Callable[[psutil.Process], bool], stop_signal: signal.Signals = signal.SIGTERM
) -> None:
    """Stop a server that outlived a killed Contor: two servers on one folder would corrupt its data.

    The id may belong to another program by now, which `is_ours` excludes.
    """
    with contextlib.suppress(FileNotFoundError, ValueError, psutil.Error):
        orphan = psutil.Process(int(pid_file.read_text().partition("\n")[0]))
        if is_ours(orphan):
            orphan.send_signal(stop_signal)
            orphan.wait(STOP_SECONDS)
