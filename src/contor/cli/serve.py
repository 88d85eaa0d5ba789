"""`contor up` and `contor serve`: services in this process."""

import contextlib
from collections.abc import AsyncIterator
from typing import Annotated

import typer

from contor.cli.console import address, command, known, out
from contor.kernel.settings import Settings
from contor.runtime.composition import EVERYTHING
from contor.runtime.server import serve


@command
async def up(settings: Settings) -> None:
    """Run everything in one process: embedded, or on the database and broker that the settings name."""
    await _serve(settings, EVERYTHING, "Contor is ready")


@command
async def serve_some(
    settings: Settings,
    services: Annotated[list[str], typer.Argument(help=f"all, or any of: {', '.join(EVERYTHING)}")],
) -> None:
    """Run some services, or the frontend, in this process."""
    names = EVERYTHING if "all" in services else known(services, EVERYTHING)
    await _serve(settings, names, "Contor is ready" if names == EVERYTHING else f"{', '.join(names)}: ready")


async def _serve(settings: Settings, names: tuple[str, ...], ready: str) -> None:
    @contextlib.asynccontextmanager
    async def announced() -> AsyncIterator[None]:
        out.print(f"{ready} at [bold]{address(settings)}[/]  (Ctrl-C stops it)")
        yield

    await serve(settings, names, announced)
