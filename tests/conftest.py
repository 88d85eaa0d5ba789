"""Fixtures every test may use: one real PostgreSQL a worker, fresh databases, services that run by themselves."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from contor.kernel.postgres import EmbeddedPostgres
from tests.running import Databases, RunningService, run_service


@pytest.fixture(scope="session")
async def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """The URL, without a database name, of this worker's own PostgreSQL server."""
    server = EmbeddedPostgres(tmp_path_factory.mktemp("postgres"))
    async with server.running():
        yield server.url


@pytest.fixture(scope="session")
def databases(postgres_url: str) -> Databases:
    return Databases(postgres_url)


@pytest.fixture
def run(databases: Databases, tmp_path: Path) -> Callable[..., AbstractAsyncContextManager[RunningService]]:
    """`async with run(service, heard=(…,)) as running:` — one service on a fresh database."""
    started: Callable[..., Any] = partial(run_service, databases=databases, folder=tmp_path)
    return started
