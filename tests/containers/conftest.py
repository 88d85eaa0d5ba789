"""One set of containers for all of this folder; the stories of the other folders are told against it too."""

import os
from collections.abc import AsyncIterator

import pytest

from tests.containers.engine import Containers, available
from tests.e2e.conftest import browser, visit
from tests.system.conftest import admin, people, steady_hour

__all__ = ["admin", "browser", "people", "steady_hour", "visit"]

COMPOSE = available()
MISSING = "no Docker engine with Compose answers, NO CONTAINER TEST RAN: see docs/operations.md"


@pytest.hookimpl
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not COMPOSE:
        terminalreporter.section("container tests", red=True)
        terminalreporter.line(MISSING)


@pytest.fixture(scope="session")
async def contor(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Containers]:
    """Built from a clean clone and healthy; taken down with its volumes at the end."""
    if not COMPOSE:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(MISSING)
    containers = Containers(tmp_path_factory.mktemp("clone") / "contor", COMPOSE)
    await containers.clone()
    await containers.write_secrets()
    try:
        await containers.composed("up", "-d", "--build")
        await containers.healthy()
        yield containers
    finally:
        await containers.remove()
