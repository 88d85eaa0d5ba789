"""A copy of all that is kept, made while Contor runs, and put back where there is nothing yet."""

import asyncio
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import asyncpg
from sqlalchemy import make_url

from contor.cli.operations import reachable_server
from contor.kernel.database import create_if_missing, database_url
from contor.kernel.errors import OperatorError
from contor.kernel.messaging.outbox import publish_again
from contor.kernel.schema import revision
from contor.kernel.settings import Settings, keep_secret
from contor.runtime.composition import SERVICES, database_server, load
from contor.runtime.embedded.postgres import programs

SECRET = "secret"  # noqa: S105  the name of a file
DEAD_LETTERS = "dead-letters.jsonl"


class BackupFailed(OperatorError):
    """PostgreSQL's own program did not do what it was asked; the message is what it said."""


class NotEmpty(OperatorError):
    """What is to be restored would be mixed with what is there."""


class NotABackup(OperatorError):
    """The folder has not what a backup has."""


async def back_up(settings: Settings, folder: Path, names: Sequence[str] = SERVICES) -> list[Path]:
    """Dump the database of each service into `folder`, beside the secret; returns the files. Contor may run."""
    _empty(folder)
    keep_secret(folder / SECRET, settings.sealing_secret)
    written = [folder / SECRET, *_copied(DEAD_LETTERS, settings.data_dir, folder)]
    async with reachable_server(settings) as server_url:
        for name in _stored(names):
            file = _dump(folder, name)
            await _run("pg_dump", server_url, "--format=custom", "--no-owner", f"--file={file}", name)
            file.chmod(0o600)
            written.append(file)
    return written


async def restore(settings: Settings, folder: Path, names: Sequence[str] = SERVICES) -> list[str]:
    """Fill the databases of these services, which have to be empty, from `folder`; returns their names.

    What they published in the day before the backup is published again: a message may have been on its way, and
    whoever has handled it already drops it.
    """
    names = [name for name in _stored(names) if _dump(folder, name).exists()]
    if not names:
        raise NotABackup(f"{folder} has no dump of a service")
    _restore_secret(settings, folder / SECRET)
    async with database_server(settings) as server_url:
        for name in names:
            if await revision(database_url(server_url, name)) is not None:
                raise NotEmpty(f"the database {name} is not empty: a backup is restored where there is nothing yet")
        for name in names:
            url = await create_if_missing(server_url, name)
            dump = str(_dump(folder, name))
            await _run("pg_restore", server_url, "--no-owner", "--single-transaction", f"--dbname={name}", dump)
            connection = await asyncpg.connect(url, timeout=10)
            await publish_again(connection)
            await connection.close(timeout=5)
    _copied(DEAD_LETTERS, folder, settings.data_dir)
    return names


def _stored(names: Sequence[str]) -> list[str]:
    return [service.name for service in load(names) if service.has_database]


def _dump(folder: Path, name: str) -> Path:
    return folder / f"{name}.dump"


def _copied(name: str, source: Path, target: Path) -> list[Path]:
    return [Path(shutil.copy2(source / name, target))] if (source / name).exists() else []


def _empty(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise NotEmpty(f"{folder} is not empty: each backup has a folder of its own")


def _restore_secret(settings: Settings, backed_up: Path) -> None:
    """Raises `NotEmpty` when the signing keys of the backup could not be opened afterwards."""
    kept = settings.data_dir / SECRET
    if settings.secret is None and settings.database_url is None and not kept.exists():
        keep_secret(kept, backed_up.read_bytes())
    elif settings.sealing_secret != backed_up.read_bytes():
        where = f"the file {kept}" if settings.secret is None else "CONTOR_SECRET"
        raise NotEmpty(f"{where} is another secret than that of the backup, {backed_up}, which seals its keys")


async def _run(program: str, server_url: str, *arguments: str) -> None:
    """Run a program of PostgreSQL's on the server; raises `BackupFailed`. The password is not among its arguments."""
    url = make_url(server_url)
    connection = {"PGHOST": url.host or url.query.get("host"), "PGUSER": url.username, "PGPASSWORD": url.password}
    told = {name: str(value) for name, value in (connection | {"PGPORT": url.port}).items() if value}
    process = await asyncio.create_subprocess_exec(
        _found(program),
        *arguments,
        env=os.environ | told,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    if process.returncode != 0:
        raise BackupFailed(said.decode(errors="replace").strip() or f"{program} ended with {process.returncode}")


def _found(program: str) -> str:
    """Contor's own PostgreSQL has it; the containers, which go without, have it where their PostgreSQL is."""
    try:
        return str(programs() / program)
    except ImportError as error:
        if found := shutil.which(program):
            return found
        raise BackupFailed(f"{program} is not installed; for containers see docs/operations.md") from error
