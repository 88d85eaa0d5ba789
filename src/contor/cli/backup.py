"""`contor backup` and `contor restore`: every database and the secret, into and out of a folder."""

import asyncio
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import asyncpg
import typer
from sqlalchemy import make_url

from contor.cli.console import command, out
from contor.cli.operations import reachable_server
from contor.kernel.database import create_if_missing, database_url
from contor.kernel.errors import OperatorError
from contor.kernel.messaging.outbox import republish_all
from contor.kernel.schema import current_revision
from contor.kernel.settings import Settings, write_secret
from contor.runtime.composition import SERVICES, database_server, load
from contor.runtime.embedded.postgres import programs

SECRET = "secret"  # noqa: S105  the name of a file
DEAD_LETTERS = "dead-letters.jsonl"


@command
async def backup(
    settings: Settings, folder: Annotated[Path, typer.Argument(help="Target folder: empty, or not yet existing.")]
) -> None:
    """Copy every database and the installation's secret into a folder. Contor may be running."""
    for file in await back_up(settings, folder):
        out.print(f"{file}  {file.stat().st_size:,} bytes", markup=False)


@command
async def restore(
    settings: Settings,
    folder: Annotated[Path, typer.Argument(help="A folder that `contor backup` wrote.", exists=True)],
) -> None:
    """Restore a backup into an empty installation. Stop an embedded Contor first."""
    out.print("restored: " + ", ".join(await restore_all(settings, folder)))


class BackupFailed(OperatorError):
    """pg_dump or pg_restore failed; the message is its own."""


class NotEmpty(OperatorError):
    """The target already has data, which a restore would mix with the backup's."""


class NotABackup(OperatorError):
    """The folder holds no backup."""


async def back_up(settings: Settings, folder: Path, names: Sequence[str] = SERVICES) -> list[Path]:
    """Dump the database of each service into `folder`, beside the secret; returns the files. Contor may run."""
    _require_empty(folder)
    write_secret(folder / SECRET, settings.sealing_secret)
    written = [folder / SECRET, *_copy(DEAD_LETTERS, settings.data_dir, folder)]
    async with reachable_server(settings) as server_url:
        for name in _with_database(names):
            file = _dump(folder, name)
            await _run("pg_dump", server_url, "--format=custom", "--no-owner", f"--file={file}", name)
            file.chmod(0o600)
            written.append(file)
    return written


async def restore_all(settings: Settings, folder: Path, names: Sequence[str] = SERVICES) -> list[str]:
    """Restore the databases of these services, which must be empty, from `folder`; returns their names.

    Messages published in the day before the backup are published again: some may have been in flight, and consumers
    that handled them already ignore the repeat.
    """
    names = [name for name in _with_database(names) if _dump(folder, name).exists()]
    if not names:
        raise NotABackup(f"{folder} contains no database dump; name a folder that `contor backup` wrote")
    _restore_secret(settings, folder / SECRET)
    async with database_server(settings) as server_url:
        for name in names:
            if await current_revision(database_url(server_url, name)) is not None:
                raise NotEmpty(f"the database {name} is not empty; restore into an empty installation")
        for name in names:
            url = await create_if_missing(server_url, name)
            dump = str(_dump(folder, name))
            await _run("pg_restore", server_url, "--no-owner", "--single-transaction", f"--dbname={name}", dump)
            connection = await asyncpg.connect(url, timeout=10)
            await republish_all(connection)
            await connection.close(timeout=5)
    _copy(DEAD_LETTERS, folder, settings.data_dir)
    return names


def _with_database(names: Sequence[str]) -> list[str]:
    return [service.name for service in load(names) if service.has_database]


def _dump(folder: Path, name: str) -> Path:
    return folder / f"{name}.dump"


def _copy(name: str, source: Path, target: Path) -> list[Path]:
    return [Path(shutil.copy2(source / name, target))] if (source / name).exists() else []


def _require_empty(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise NotEmpty(f"{folder} is not empty; name a new folder for each backup")


def _restore_secret(settings: Settings, backed_up: Path) -> None:
    """Raises `NotEmpty` when another secret is in place: it could not decrypt the signing keys of the backup."""
    current = settings.data_dir / SECRET
    if settings.secret is None and settings.database_url is None and not current.exists():
        write_secret(current, backed_up.read_bytes())
    elif settings.sealing_secret != backed_up.read_bytes():
        where = f"the file {current}" if settings.secret is None else "CONTOR_SECRET"
        raise NotEmpty(f"{where} differs from the secret of the backup, {backed_up}, which encrypts its signing keys")


async def _run(program: str, server_url: str, *arguments: str) -> None:
    """Run pg_dump or pg_restore; raises `BackupFailed`. The password goes by environment: arguments are public."""
    url = make_url(server_url)
    connection = {"PGHOST": url.host or url.query.get("host"), "PGUSER": url.username, "PGPASSWORD": url.password}
    given = {name: str(value) for name, value in (connection | {"PGPORT": url.port}).items() if value}
    process = await asyncio.create_subprocess_exec(
        _path_of(program),
        *arguments,
        env=os.environ | given,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, error = await process.communicate()
    if process.returncode != 0:
        raise BackupFailed(error.decode(errors="replace").strip() or f"{program} exited with {process.returncode}")


def _path_of(program: str) -> str:
    """From the embedded PostgreSQL; in containers, which do not have it, from the path."""
    try:
        return str(programs() / program)
    except ImportError as error:
        if found := shutil.which(program):
            return found
        raise BackupFailed(f"{program} is not installed; for containers see docs/operations.md") from error
