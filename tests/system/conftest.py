"""Fixtures of the system tests: a running Contor in both run modes, and its users."""

from collections.abc import AsyncIterator, Generator
from datetime import UTC, datetime

import pytest

from tests.side_by_side import pytest_xdist_make_scheduler
from tests.system import chat_load, stored_state
from tests.system.deployment import MODES, Deployment, local_deployment
from tests.system.users import User, UserFactory, user_factory
from tests.waiting import until

__all__ = ["pytest_xdist_make_scheduler"]

TABLES = {"readings": (stored_state.HEAD, stored_state.ROWS), "chat": (chat_load.HEAD, chat_load.ROWS)}
REPORTED: dict[str, list[str]] = {name: [] for name in TABLES}
"""Rows from all test processes, by table."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Send the table rows of a test with its report to the process that prints the tables."""
    report = yield
    for name, (_, rows) in TABLES.items():
        report.user_properties += [(name, row) for row in rows]
        rows.clear()
    return report


@pytest.hookimpl
def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    for name, value in report.user_properties:
        if name in TABLES:
            REPORTED[name].append(str(value))


@pytest.hookimpl
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if any(REPORTED.values()):
        terminalreporter.section("faults")
    for name, (head, _) in TABLES.items():
        if REPORTED[name]:
            terminalreporter.line("\n".join([head, *REPORTED[name]]))


@pytest.fixture(scope="session", params=MODES)
async def contor(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Deployment]:
    """A running Contor, shared by all tests that leave it running; one for each run mode."""
    async with local_deployment(request.param, tmp_path_factory.mktemp(request.param) / "data").running() as deployment:
        yield deployment


@pytest.fixture
async def users(contor: Deployment) -> AsyncIterator[UserFactory]:
    async with user_factory(contor) as users:
        yield users


@pytest.fixture
async def admin(users: UserFactory) -> User:
    return await users.sign_in_admin()


@pytest.fixture
async def stable_hour() -> None:
    """Wait until the current hour has at least a minute left, for tests of the current hour."""
    await until(lambda: datetime.now(UTC).minute < 59, seconds=70, what="the next hour")
