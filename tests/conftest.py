"""Fixtures for all tests: one real PostgreSQL per worker, fresh databases, single running services."""

import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import structlog

from contor.runtime.embedded.postgres import EmbeddedPostgres
from tests.running import Databases, RunningService, run_service

# The default tracebacks of structlog show local variables, which takes seconds each.
structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ]
)


BASE_TEMP = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    """Use a separate temporary folder, and the signals of a terminal.

    As root, PostgreSQL runs as another user, and pytest makes its shared folder inaccessible to others at every start.
    """
    # In the background, a shell has its jobs ignore SIGINT, which our child processes would inherit.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if config.option.basetemp is None:
        config.stash[BASE_TEMP] = Path(tempfile.mkdtemp(prefix="contor-tests-"))
        config.option.basetemp = str(config.stash[BASE_TEMP] / "run")


def pytest_unconfigure(config: pytest.Config) -> None:
    if folder := config.stash.get(BASE_TEMP, None):
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
async def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """The URL, without a database name, of this worker's PostgreSQL server."""
    server = EmbeddedPostgres(tmp_path_factory.mktemp("postgres"))
    async with server.running():
        yield server.url


@pytest.fixture(scope="session")
def databases(postgres_url: str) -> Databases:
    return Databases(postgres_url)


@pytest.fixture
def run(databases: Databases, tmp_path: Path) -> Callable[..., AbstractAsyncContextManager[RunningService]]:
    """`async with run(service, collect=(…,)) as running:` — one service on a fresh database."""
    started: Callable[..., Any] = partial(run_service, databases=databases, folder=tmp_path)
    return started
