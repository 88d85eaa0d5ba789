"""Access to a Contor from a command beside it."""

import contextlib
from collections.abc import AsyncIterator

from contor.kernel.settings import Settings
from contor.runtime.composition import database_server
from contor.runtime.data_folder import DataFolderInUse
from contor.runtime.embedded.postgres import EmbeddedPostgres


@contextlib.asynccontextmanager
async def reachable_server(settings: Settings) -> AsyncIterator[str]:
    """The URL of the database server: the one of the running Contor or, when none runs on the data folder, started."""
    with contextlib.suppress(DataFolderInUse):
        async with database_server(settings) as url:
            yield url
            return
    yield EmbeddedPostgres(settings.data_dir / "postgres").url
