"""What every command shares: settings, error lines, the terminal."""

import functools
import warnings
from collections.abc import Callable, Coroutine, Sequence
from inspect import Signature, signature
from typing import Any, Concatenate, NoReturn, ParamSpec

import typer
import uvloop
from pydantic import ValidationError
from rich.console import Console

from contor.kernel.errors import OperatorError, Problem
from contor.kernel.settings import Settings
from contor.kernel.telemetry import configure_logging

P = ParamSpec("P")
out = Console(highlight=False, soft_wrap=True)
err = Console(highlight=False, soft_wrap=True, stderr=True)


def command(work: Callable[Concatenate[Settings, P], Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Make a command of `work`, which gets the settings of the environment besides the command's own parameters.

    What an operator can mend ends in one line and exit code 1.
    """

    @functools.wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            settings = Settings()
            configure_logging(settings.log_level, as_json=settings.log_json)
            uvloop.run(work(settings, *args, **kwargs))
        except ValidationError as error:
            fail("; ".join(f"CONTOR_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()))
        except (OperatorError, Problem) as error:
            fail(str(error))

    _, *parameters = signature(work).parameters.values()
    run.__signature__ = Signature(parameters)  # type: ignore[attr-defined]  # Typer reads the parameters from it
    return run


def fail(reason: str) -> NoReturn:
    err.print(f"[red]contor:[/] {reason}")
    raise typer.Exit(1)


def known(names: Sequence[str] | None, all_names: tuple[str, ...]) -> tuple[str, ...]:
    """The given names in the order of `all_names`, or all of them; an unknown name ends the command."""
    if not names:
        return all_names
    if unknown := set(names) - set(all_names):
        fail(f"unknown service: {', '.join(sorted(unknown))}. Known services: {', '.join(all_names)}")
    return tuple(name for name in all_names if name in names)


def address(settings: Settings) -> str:
    host = "localhost" if settings.host in ("127.0.0.1", "0.0.0.0", "::") else settings.host  # noqa: S104
    return f"http://{host}:{settings.port}"
