"""A running Contor for every story, and the people in it."""

from collections.abc import AsyncIterator, Generator
from datetime import UTC, datetime

import pytest

from tests.side_by_side import pytest_xdist_make_scheduler
from tests.system import audit, talk
from tests.system.deployment import MODES, Deployment, started_as
from tests.system.people import People, Person, people_of
from tests.waiting import until

__all__ = ["pytest_xdist_make_scheduler"]

TABLES = {"readings": (audit.HEAD, audit.ROWS), "talk": (talk.HEAD, talk.ROWS)}
TOLD: dict[str, list[str]] = {name: [] for name in TABLES}
"""The rows of every process that ran tests, by their table."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What a test told of faults goes with its report to the process that prints the table."""
    report = yield
    for name, (_, rows) in TABLES.items():
        report.user_properties += [(name, row) for row in rows]
        rows.clear()
    return report


@pytest.hookimpl
def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    for name, value in report.user_properties:
        if name in TABLES:
            TOLD[name].append(str(value))


@pytest.hookimpl
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if any(TOLD.values()):
        terminalreporter.section("faults")
    for name, (head, _) in TABLES.items():
        if TOLD[name]:
            terminalreporter.line("\n".join([head, *TOLD[name]]))


@pytest.fixture(scope="session", params=MODES)
async def contor(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Deployment]:
    """One running Contor shared by the stories that leave it running; each story is told in both run modes."""
    async with started_as(request.param, tmp_path_factory.mktemp(request.param) / "data").running() as deployment:
        yield deployment


@pytest.fixture
async def people(contor: Deployment) -> AsyncIterator[People]:
    async with people_of(contor) as people:
        yield people


@pytest.fixture
async def admin(people: People) -> Person:
    return await people.admin()


@pytest.fixture
async def steady_hour() -> None:
    """For a story of "this hour": it does not begin in the last moments of one."""
    await until(lambda: datetime.now(UTC).minute < 59, seconds=70, what="the next hour")
