"""`contor admin`: administrators' accounts."""

from importlib import import_module
from typing import Annotated

import typer

from contor.cli.console import command, out
from contor.kernel.database import Database
from contor.kernel.settings import Settings
from contor.runtime.composition import database_server, load, prepare_database

commands = typer.Typer(help="Manage administrators.", no_args_is_help=True)


@commands.command()
@command
async def create(
    settings: Settings,
    username: Annotated[str, typer.Argument(help="Name to sign in with.")],
    password: Annotated[
        str,
        typer.Option(
            help="Asked for if it is not given; prefer the environment variable.",
            envvar="CONTOR_ADMIN_PASSWORD",
            prompt=True,
            hide_input=True,
            confirmation_prompt=True,
        ),
    ],
) -> None:
    """Create an administrator. Stop an embedded Contor first."""
    await create_administrator(settings, username, password)
    out.print(f"created the administrator {username}")


async def create_administrator(settings: Settings, username: str, password: str) -> None:
    """Create the account; the profile follows when the services run. Raises auth's problems."""
    # Imported by name: only the composition may import services.
    administrators = import_module("contor.services.auth.service.administrators")
    (auth,) = load(["auth"])
    async with database_server(settings) as server_url:
        database = Database(await prepare_database(settings, server_url, auth))
        async with database.transaction() as session:
            await administrators.create_administrator(session, username, password)
        await database.close()
