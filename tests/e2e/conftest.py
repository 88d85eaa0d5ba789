"""Debian's Chromium on a running Contor with its built frontend."""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, async_playwright, expect

from tests.e2e.visit import Visit
from tests.side_by_side import pytest_xdist_make_scheduler
from tests.system.conftest import admin, people, steady_hour
from tests.system.deployment import Deployment, started_as

__all__ = ["admin", "people", "pytest_xdist_make_scheduler", "steady_hour"]

CHROMIUM = shutil.which("chromium")
ARGUMENTS = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]
INDEX = Path(str(resources.files("contor"))) / "frontend/index.html"
MISSING = "chromium is missing, NO BROWSER TEST RAN: make chromium"
USUAL: dict[str, Any] = {"locale": "en-GB", "timezone_id": "Europe/Bucharest", "reduced_motion": "reduce"}
Opener = Callable[..., Awaitable[Visit]]

expect.set_options(timeout=15_000)


@pytest.hookimpl
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if CHROMIUM is None:
        terminalreporter.section("browser tests", red=True)
        terminalreporter.line(MISSING)


@pytest.fixture(scope="session", params=["embedded"])
async def contor(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Deployment]:
    """Embedded, unless a story asks for another run mode by `parametrize("contor", …, indirect=True)`."""
    async with started_as(request.param, tmp_path_factory.mktemp(request.param) / "data").running() as deployment:
        yield deployment


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(MISSING)
    assert INDEX.exists(), "the frontend is not built: make setup"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture
async def visit(browser: Browser, contor: Deployment) -> AsyncIterator[Opener]:
    """`await visit()`: a window of a browser of its own; at the end of the test none of them may have complained."""
    opened: list[Visit] = []

    async def open_window(**options: Any) -> Visit:
        usual = {
            "base_url": contor.url,
            "locale": "en-GB",
            "timezone_id": "Europe/Bucharest",
            "reduced_motion": "reduce",
        }
        context = await browser.new_context(**usual | options)
        opened.append(Visit(context, await context.new_page()))
        return opened[-1]

    yield open_window
    complaints = [complaint for window in opened for complaint in window.complaints]
    for window in opened:
        await window.context.close()
    assert not complaints
