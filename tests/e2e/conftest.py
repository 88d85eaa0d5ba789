"""Fixtures of the browser tests: Debian's Chromium and a running Contor with the built frontend."""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, async_playwright, expect

from tests.e2e.browser_window import BrowserWindow
from tests.side_by_side import pytest_xdist_make_scheduler
from tests.system.conftest import admin, stable_hour, users
from tests.system.deployment import Deployment, local_deployment

__all__ = ["admin", "pytest_xdist_make_scheduler", "stable_hour", "users"]

CHROMIUM = shutil.which("chromium")
ARGUMENTS = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]
INDEX = Path(str(resources.files("contor"))) / "frontend/index.html"
MISSING = "chromium is missing, NO BROWSER TEST RAN: make chromium"
CONTEXT_OPTIONS: dict[str, Any] = {"locale": "en-GB", "timezone_id": "Europe/Bucharest", "reduced_motion": "reduce"}
WindowOpener = Callable[..., Awaitable[BrowserWindow]]

expect.set_options(timeout=15_000)


@pytest.hookimpl
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if CHROMIUM is None:
        terminalreporter.section("browser tests", red=True)
        terminalreporter.line(MISSING)


@pytest.fixture(scope="session", params=["embedded"])
async def contor(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Deployment]:
    """The embedded mode, unless a test asks for another by `parametrize("contor", …, indirect=True)`."""
    async with local_deployment(request.param, tmp_path_factory.mktemp(request.param) / "data").running() as deployment:
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
async def open_window(browser: Browser, contor: Deployment) -> AsyncIterator[WindowOpener]:
    """`await open_window()` opens a browser window; no window may have console errors at the end."""
    opened: list[BrowserWindow] = []

    async def _open(**options: Any) -> BrowserWindow:
        context = await browser.new_context(**CONTEXT_OPTIONS | {"base_url": contor.url} | options)
        opened.append(BrowserWindow(context, await context.new_page()))
        return opened[-1]

    yield _open
    errors = [error for window in opened for error in window.console_errors]
    for window in opened:
        await window.context.close()
    assert not errors
