"""The command line."""

import contextlib
import json
import os
import sys
import warnings
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Annotated, Any

import typer
import uvloop
from pydantic import ValidationError
from rich.console import Console

from contor.app import EVERYTHING, SERVICES
from contor.demo import Credentials, credentials, demonstration
from contor.kernel.errors import Mendable, Problem
from contor.kernel.settings import Settings
from contor.kernel.telemetry import configure_logging
from contor.operations import create_administrator, migrate_all, openapi_document
from contor.server import serve, until_signalled
from contor.simulator.command import simulate

cli = typer.Typer(
    name="contor",
    help="Open energy monitoring.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
admin = typer.Typer(help="Administrators.", no_args_is_help=True)
cli.add_typer(admin, name="admin")
cli.command()(simulate)
out = Console(highlight=False, soft_wrap=True)
complaints = Console(highlight=False, soft_wrap=True, stderr=True)


def run(work: Callable[[Settings], Coroutine[Any, Any, None]]) -> None:
    """Run `work` with the settings of the environment; what an operator can mend ends in one line and exit 1."""
    try:
        settings = Settings()
        configure_logging(settings.log_level, as_json=settings.log_json)
        uvloop.run(work(settings))
    except ValidationError as error:
        _end("; ".join(f"CONTOR_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()))
    except (Mendable, Problem) as error:
        _end(str(error))


def _end(reason: str) -> None:
    complaints.print(f"[red]contor:[/] {reason}")
    raise typer.Exit(1)


@cli.command()
def up() -> None:
    """Run everything: embedded, or on the database and broker the settings name."""
    _serve(EVERYTHING)


@cli.command(name="serve")
def serve_some(
    services: Annotated[list[str], typer.Argument(help=f"all, or any of: {', '.join(EVERYTHING)}")],
) -> None:
    """Run some services, or the frontend, in this process."""
    _serve(EVERYTHING if "all" in services else _known(services, EVERYTHING))


def _known(names: list[str], all_names: tuple[str, ...]) -> tuple[str, ...]:
    if unknown := set(names) - set(all_names):
        _end(f"no service is called {', '.join(sorted(unknown))}; there are: {', '.join(all_names)}")
    return tuple(name for name in all_names if name in names)


def _serve(names: tuple[str, ...]) -> None:
    async def work(settings: Settings) -> None:
        @contextlib.asynccontextmanager
        async def announced() -> AsyncIterator[None]:
            out.print(f"Contor answers at [bold]{_address(settings)}[/]  (Ctrl-C ends it)")
            yield

        await serve(settings, names, announced)

    run(work)


@cli.command()
def demo() -> None:
    """Run everything with a household, two months of its history, and live simulated readings."""

    async def work(settings: Settings) -> None:
        people = credentials(settings.data_dir)
        os.environ["CONTOR_ADMIN_USERNAME"] = people.admin
        os.environ["CONTOR_ADMIN_PASSWORD"] = people.admin_password

        @contextlib.asynccontextmanager
        async def demonstrated() -> AsyncIterator[None]:
            async with demonstration(_address(settings), people):
                _show(settings, people)
                yield

        await serve(settings, EVERYTHING, demonstrated)

    run(work)


def _show(settings: Settings, people: Credentials) -> None:
    out.print(f"\nContor answers at [bold]{_address(settings)}[/]  (Ctrl-C ends it)\n")
    out.print(f"  administrator  [bold]{people.admin}[/]  password  [bold]{people.admin_password}[/]")
    out.print(f"  client         [bold]{people.client}[/]  password  [bold]{people.client_password}[/]\n")
    out.print("  The client's first meter passes its limit within two minutes: watch the page.\n")


@cli.command()
def cluster() -> None:
    """Run everything as in production, on this machine: a process for each service, RabbitMQ, Traefik."""
    # Loaded here: the other commands need nothing of a broker.
    from contor.cluster import cluster as running_cluster

    async def work(settings: Settings) -> None:
        stopping = until_signalled()
        async with running_cluster(settings) as running:
            out.print(f"\nContor answers at [bold]{_address(settings)}[/]  (Ctrl-C ends it)")
            out.print(f"  CONTOR_DATABASE_URL={running.database_url}", markup=False)
            out.print(f"  CONTOR_AMQP_URL={running.amqp_url}\n", markup=False)
            await stopping.wait()

    run(work)


@cli.command()
def migrate(
    services: Annotated[list[str] | None, typer.Argument(help="Only these; all by default.")] = None,
) -> None:
    """Create the databases that are missing and bring each to its newest revision."""
    names = _known(services, SERVICES) if services else SERVICES

    async def work(settings: Settings) -> None:
        out.print("migrated: " + ", ".join(await migrate_all(settings, names)))

    run(work)


@admin.command()
def create(
    username: Annotated[str, typer.Argument(help="Name to sign in with.")],
    password: Annotated[
        str, typer.Option(envvar="CONTOR_ADMIN_PASSWORD", prompt=True, hide_input=True, confirmation_prompt=True)
    ],
) -> None:
    """Create an administrator (with Contor stopped, when it is embedded)."""

    async def work(settings: Settings) -> None:
        await create_administrator(settings, username, password)
        out.print(f"created the administrator {username}")

    run(work)


@cli.command()
def openapi() -> None:
    """Print the OpenAPI document of all services together, the frames of the WebSocket included."""
    sys.stdout.write(json.dumps(openapi_document(Settings()), indent=1, ensure_ascii=False) + "\n")


def _address(settings: Settings) -> str:
    host = "localhost" if settings.host in ("127.0.0.1", "0.0.0.0", "::") else settings.host  # noqa: S104
    return f"http://{host}:{settings.port}"


def main() -> None:
    """Entry point of the `contor` command."""
    warnings.simplefilter("ignore", DeprecationWarning)
    cli()


if __name__ == "__main__":
    main()
