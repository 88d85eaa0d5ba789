"""`contor up` and `contor serve`: services in this process."""

import contextlib
from collections.abc import AsyncIterator
from typing import Annotated

import typer

from contor.cli.console import address, known, out, run
from contor.kernel.settings import Settings
from contor.runtime.composition import EVERYTHING
from contor.runtime.server import serve


def up() -> None:
    """Run everything in one process: embedded, or on the database and broker that the settings name."""
    _serve(EVERYTHING, "Contor is ready")


def serve_some(
    services: Annotated[list[str], typer.Argument(help=f"all, or any of: {', '.join(EVERYTHING)}")],
) -> None:
    """Run some services, or the frontend, in this process."""
    names = EVERYTHING if "all" in services else known(services, EVERYTHING)
    _serve(names, "Contor is ready" if names == EVERYTHING else f"{', '.join(names)}: ready")


def _serve(names: tuple[str, ...], ready: str) -> None:
    async def work(settings: Settings) -> None:
        @contextlib.asynccontextmanager
        async def announced() -> AsyncIterator[None]:
            out.print(f"{ready} at [bold]{address(settings)}[/]  (Ctrl-C stops it)")
            yield

        await serve(settings, names, announced)

    run(work)
