"""Fixtures of the container tests: one Compose project for all of them."""

import os
from collections.abc import AsyncIterator

import pytest

from tests.containers.compose_deployment import ComposeDeployment, compose_command
from tests.e2e.conftest import browser, open_window
from tests.system.conftest import admin, stable_hour, users

__all__ = ["admin", "browser", "open_window", "stable_hour", "users"]

COMPOSE = compose_command()
MISSING = "no Docker engine with Compose answers, NO CONTAINER TEST RAN: see docs/operations.md"


@pytest.hookimpl
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not COMPOSE:
        terminalreporter.section("container tests", red=True)
        terminalreporter.line(MISSING)


@pytest.fixture(scope="session")
async def contor(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ComposeDeployment]:
    """Built from a clean clone and healthy; removed with its volumes at the end."""
    if not COMPOSE:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(MISSING)
    containers = ComposeDeployment(tmp_path_factory.mktemp("clone") / "contor", COMPOSE)
    await containers.clone()
    await containers.write_secrets()
    try:
        await containers.run_compose("up", "-d", "--build")
        await containers.wait_until_healthy()
        yield containers
    finally:
        await containers.remove()
