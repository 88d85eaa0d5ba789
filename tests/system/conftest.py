"""A running Contor for every story, and the people in it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from tests.system import talk
from tests.system.audit import HEAD, ROWS
from tests.system.deployment import MODES, Deployment, started_as
from tests.system.people import People, Person, people_of
from tests.waiting import until


@pytest.hookimpl
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if ROWS or talk.ROWS:
        terminalreporter.section("faults")
    for head, rows in ((HEAD, ROWS), (talk.HEAD, talk.ROWS)):
        if rows:
            terminalreporter.line("\n".join([head, *rows]))


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
