"""`contor migrate`: the databases and their schemas."""

from collections.abc import Sequence
from typing import Annotated

import typer

from contor.cli.console import command, known, out
from contor.kernel.settings import Settings
from contor.runtime.composition import SERVICES, database_server, load, prepare_database


@command
async def migrate(
    settings: Settings,
    services: Annotated[list[str] | None, typer.Argument(help="Services to migrate; default: all.")] = None,
) -> None:
    """Create missing databases and upgrade each to the newest schema revision."""
    names = known(services, SERVICES)
    out.print("migrated: " + ", ".join(await migrate_all(settings, names)))


async def migrate_all(settings: Settings, names: Sequence[str] = SERVICES) -> list[str]:
    """Migrate the databases of these services; returns the names of those that have one."""
    stored = [service for service in load(names) if service.has_database]
    migrating = settings.model_copy(update={"migrate": True})
    async with database_server(settings) as server_url:
        for service in stored:
            await prepare_database(migrating, server_url, service)
    return [service.name for service in stored]
