"""Which revision a database is at, and waiting until it is the one that this code needs."""

import asyncio
from importlib import resources

import asyncpg
from alembic.config import Config
from alembic.script import ScriptDirectory

from contor.kernel.errors import OperatorError
from contor.kernel.postgres_errors import is_connection_failure
from contor.kernel.telemetry import log

WAIT_SECONDS = 60.0


class NotMigrated(OperatorError):
    """The database is behind this code; the message says which, and what to run."""

    def __init__(self, name: str, current: str | None, needed: str) -> None:
        super().__init__(
            f"the database of {name} is at revision {current or 'none'}, this Contor needs {needed}: "
            f"run `contor migrate {name}`"
        )


def newest_revision(package: str) -> str:
    """The newest revision among the migrations of the service in `package`."""
    return str(_scripts(package).get_current_head())


async def revision(url: str) -> str | None:
    """The revision of the database at `url`; None when it is empty or not there."""
    try:
        connection = await asyncpg.connect(url, timeout=10)
    except asyncpg.InvalidCatalogNameError:
        return None
    try:
        found: str | None = await connection.fetchval("SELECT version_num FROM alembic_version")
    except asyncpg.UndefinedTableError:
        return None
    finally:
        await connection.close(timeout=5)
    return found


def is_behind(current: str | None, package: str) -> bool:
    """Whether the migrations of `package` have still to be run; a revision it does not know is a newer Contor's."""
    known = {script.revision for script in _scripts(package).walk_revisions()}
    return current is None or (current in known and current != newest_revision(package))


async def until_migrated(url: str, name: str, package: str, seconds: float = WAIT_SECONDS) -> None:
    """Return once the database is at the revision needed; raises `NotMigrated` when it is not in time.

    A database server that is not there yet is waited for too.
    """
    deadline = asyncio.get_running_loop().time() + seconds
    said = False
    while True:
        in_time = asyncio.get_running_loop().time() < deadline
        try:
            current = await revision(url)
        except Exception as error:
            if not in_time or not is_connection_failure(error):
                raise
            state = f"{type(error).__name__}: {error}"
        else:
            if not is_behind(current, package):
                return
            if not in_time:
                raise NotMigrated(name, current, newest_revision(package))
            state = f"at revision {current or 'none'}"
        if not said:
            said = True
            log.warning("waiting_for_database", service=name, state=state, needed=newest_revision(package))
        await asyncio.sleep(0.5)


def _scripts(package: str) -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(resources.files(package) / "migrations"))
    return ScriptDirectory.from_config(config)
