"""The command line."""

import contextlib
import json
import os
import sys
import warnings
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer
import uvloop
from pydantic import ValidationError
from rich.console import Console

from contor.cli.backup import back_up, restore
from contor.cli.demo import Credentials, credentials, demonstration
from contor.cli.doctor import examine
from contor.cli.operations import create_administrator, dead_letters, migrate_all, openapi_document, replay, subscribers
from contor.kernel.errors import OperatorError, Problem
from contor.kernel.settings import Settings
from contor.kernel.telemetry import configure_logging
from contor.runtime.composition import EVERYTHING, SERVICES
from contor.runtime.server import serve, until_signalled
from contor.simulator.command import simulate

cli = typer.Typer(
    name="contor",
    help="Open energy monitoring.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
admin = typer.Typer(help="Administrators.", no_args_is_help=True)
letters = typer.Typer(help="Messages that a subscriber could not handle.", no_args_is_help=True)
cli.add_typer(admin, name="admin")
cli.add_typer(letters, name="dead-letters")
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
    except (OperatorError, Problem) as error:
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
    names = EVERYTHING if "all" in services else _known(services, EVERYTHING)
    _serve(names, "Contor answers" if names == EVERYTHING else f"{', '.join(names)}: answering")


def _known(names: list[str], all_names: tuple[str, ...]) -> tuple[str, ...]:
    if unknown := set(names) - set(all_names):
        _end(f"no service is called {', '.join(sorted(unknown))}; there are: {', '.join(all_names)}")
    return tuple(name for name in all_names if name in names)


def _serve(names: tuple[str, ...], saying: str = "Contor answers") -> None:
    async def work(settings: Settings) -> None:
        @contextlib.asynccontextmanager
        async def announced() -> AsyncIterator[None]:
            out.print(f"{saying} at [bold]{_address(settings)}[/]  (Ctrl-C ends it)")
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
            async with demonstration(_address(settings), people) as peak:
                _show(settings, people, peak)
                yield

        await serve(settings, EVERYTHING, demonstrated)

    run(work)


def _show(settings: Settings, people: Credentials, peak: str | None) -> None:
    out.print(f"\nContor answers at [bold]{_address(settings)}[/]  (Ctrl-C ends it)\n")
    out.print(f"  administrator  [bold]{people.admin}[/]  password  [bold]{people.admin_password}[/]")
    out.print(f"  client         [bold]{people.client}[/]  password  [bold]{people.client_password}[/]\n")
    if peak:
        out.print(f"  “{peak}” passes its limit within two minutes: watch the client's page.\n")
    else:
        out.print("  The client's meters have all passed their limit in this hour: see the alerts.\n")


@cli.command()
def cluster() -> None:
    """Run everything as in production, on this machine: a process for each service, RabbitMQ, Traefik."""
    # Loaded here: the other commands need nothing of a broker.
    from contor.cli.cluster import cluster as running_cluster

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


@cli.command()
def backup(folder: Annotated[Path, typer.Argument(help="Where to; empty, or not there yet.")]) -> None:
    """Copy every database and the secret into a folder, while Contor runs or while it does not."""

    async def work(settings: Settings) -> None:
        for file in await back_up(settings, folder):
            out.print(f"{file}  {file.stat().st_size:,} bytes", markup=False)

    run(work)


@cli.command(name="restore")
def restore_backup(folder: Annotated[Path, typer.Argument(help="What `contor backup` made.", exists=True)]) -> None:
    """Put a backup back where there is nothing yet (with Contor stopped, when it is embedded)."""

    async def work(settings: Settings) -> None:
        out.print("restored: " + ", ".join(await restore(settings, folder)))

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


@letters.command(name="list")
def list_letters() -> None:
    """Show every dead letter: whose, since when, what it says, and why it was not taken."""

    async def work(settings: Settings) -> None:
        found = await dead_letters(settings)
        for letter in found:
            out.print(f"[bold]{letter.subscriber}[/]  {letter.died_at:%Y-%m-%d %H:%M:%S}  {letter.envelope.key}")
            out.print(f"  {letter.error}", markup=False)
            out.print(f"  {letter.envelope.body.decode(errors='replace')[:2000]}", markup=False)
        out.print(f"{len(found)} dead letters")

    run(work)


@letters.command(name="replay")
def replay_letters(
    subscriber: Annotated[str, typer.Argument(help="A service, or a work queue: sensor_data.")],
) -> None:
    """Deliver a subscriber's dead letters once more (with Contor stopped, when it is embedded)."""
    if subscriber not in subscribers():
        _end(f"nobody is called {subscriber}; there are: {', '.join(subscribers())}")

    async def work(settings: Settings) -> None:
        out.print(f"replayed: {await replay(settings, subscriber)}")

    run(work)


@cli.command()
def doctor(
    services: Annotated[list[str] | None, typer.Argument(help="Look at these only; all by default.")] = None,
) -> None:
    """Say in plain words what is wrong with the database, the broker, the clocks, the disk; exit 1 if anything is."""
    names = _known(services, SERVICES) if services else SERVICES

    async def work(settings: Settings) -> None:
        wrong = 0
        async for finding in examine(settings, names):
            wrong += not finding.well
            out.print("[green]✓[/]" if finding.well else "[red]✗[/]", end=" ")
            out.print(finding.what, markup=False)
            if finding.advice is not None:
                out.print(f"  → {finding.advice}", markup=False)
        if wrong:
            raise typer.Exit(1)

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
