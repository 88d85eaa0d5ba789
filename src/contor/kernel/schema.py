"""The schema revision of a database, and whether it is the one that this code needs."""

from importlib import resources

import asyncpg
from alembic.config import Config
from alembic.script import ScriptDirectory

from contor.kernel.errors import OperatorError
from contor.kernel.postgres_errors import is_connection_failure
from contor.kernel.retry import Retry
from contor.kernel.telemetry import log

WAIT_SECONDS = 60.0


class NotMigrated(OperatorError):
    """The schema of the database is older than this code."""

    def __init__(self, name: str, current: str | None, needed: str) -> None:
        super().__init__(
            f"the database of {name} is at revision {current or 'none'}, this version of Contor needs {needed}; "
            f"run `contor migrate {name}`"
        )


def newest_revision(package: str) -> str:
    return str(_scripts(package).get_current_head())


async def current_revision(url: str) -> str | None:
    """None when the database is empty or does not exist."""
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
    """Whether migrations of `package` are missing; an unknown revision comes from a newer version of Contor."""
    known = {script.revision for script in _scripts(package).walk_revisions()}
    return current is None or (current in known and current != newest_revision(package))


async def wait_until_migrated(url: str, name: str, package: str, seconds: float = WAIT_SECONDS) -> None:
    """Return when the database is at the needed revision; raises `NotMigrated` after `seconds`.

    Waits for an unavailable server too, and then raises the error of its connection.
    """

    async def check() -> None:
        current = await current_revision(url)
        if is_behind(current, package):
            raise NotMigrated(name, current, newest_revision(package))

    def log_first(error: Exception, attempt: int, _: float) -> None:
        if attempt == 1:
            log.warning("database_wait_started", service=name, error=repr(error), wait_seconds=seconds)

    def retry_when(error: Exception) -> bool:
        return isinstance(error, NotMigrated) or is_connection_failure(error)

    retry = Retry(initial_backoff=0.5, max_backoff=1.0, deadline=seconds, retry_when=retry_when)
    await retry.call(check, log_first)


def _scripts(package: str) -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(resources.files(package) / "migrations"))
    return ScriptDirectory.from_config(config)
