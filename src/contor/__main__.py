"""The table of commands."""

from importlib.util import find_spec
from typing import Annotated

import typer

from contor.cli import administrators, dead_letters
from contor.cli.backup import backup, restore
from contor.cli.demo import demo
from contor.cli.doctor import doctor
from contor.cli.migrate import migrate
from contor.cli.openapi import openapi
from contor.cli.serve import serve_some, up
from contor.kernel.version import version_line
from contor.simulator.command import simulate

app = typer.Typer(
    name="contor",
    help="Open energy monitoring.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
app.command()(up)
app.command(name="serve")(serve_some)
app.command()(demo)
if find_spec("contor.cli.cluster") is not None:  # It needs files of the checkout; the wheel goes without it.
    from contor.cli.cluster import cluster

    app.command()(cluster)
app.command()(simulate)
app.command()(migrate)
app.command()(backup)
app.command()(restore)
app.command()(doctor)
app.command()(openapi)
app.add_typer(administrators.commands, name="admin")
app.add_typer(dead_letters.commands, name="dead-letters")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"contor {version_line()}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show version and commit.")
    ] = False,
) -> None:
    """Open energy monitoring."""


def main() -> None:
    """Entry point of the `contor` command."""
    app()


if __name__ == "__main__":
    main()
