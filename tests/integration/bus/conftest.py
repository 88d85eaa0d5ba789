"""The adapters that must satisfy the contract of `Bus`."""

import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from contor.kernel.bus import Bus
from contor.kernel.bus.memory import MemoryBus
from contor.kernel.bus.rabbit import RabbitBus
from contor.kernel.bus.rabbit.channel import open_channel
from contor.runtime.embedded.rabbitmq import PrivateRabbit, installed

MISSING = "rabbitmq-server is not installed, NO TEST OF THE BROKER RAN; install it: make rabbitmq"


@dataclass
class Adapter:
    """Creates buses with the same storage: a new one finds what the previous one stored, as after a restart."""

    make: Callable[[], Bus]


@dataclass
class Broker:
    """A broker and the buses that a test created on it; their queues are deleted after the test."""

    rabbit: PrivateRabbit
    buses: list[RabbitBus] = field(default_factory=list)

    def make(self, *, watch_seconds: float = 0.5) -> RabbitBus:
        self.buses.append(RabbitBus(self.rabbit.url, initial_backoff=0.001, watch_seconds=watch_seconds))
        return self.buses[-1]

    async def delete_queues(self) -> None:
        names = {name for bus in self.buses for name in await bus.depths()}
        self.buses.clear()
        async with open_channel(self.rabbit.url, "test") as channel:
            for name in names:
                await channel.call("queue_delete", queue=name)


@pytest.hookimpl
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not installed():
        terminalreporter.section("broker tests", red=True)
        terminalreporter.line(MISSING)


@pytest.fixture(scope="session")
def programs() -> None:
    """Skips tests that need RabbitMQ when it is not installed; fails them in CI."""
    if not installed():
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(MISSING)


@pytest.fixture(scope="session")
async def rabbit(programs: None, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[PrivateRabbit]:
    rabbit = PrivateRabbit(tmp_path_factory.mktemp("rabbitmq"))
    async with rabbit.running():
        yield rabbit


@pytest.fixture
async def broker(rabbit: PrivateRabbit) -> AsyncIterator[Broker]:
    broker = Broker(rabbit)
    yield broker
    await broker.delete_queues()


@pytest.fixture
def memory(tmp_path: Path) -> Adapter:
    return Adapter(lambda: MemoryBus(tmp_path / "dead-letters.jsonl", initial_backoff=0.001))


@pytest.fixture
def rabbitmq(broker: Broker) -> Adapter:
    return Adapter(broker.make)


@pytest.fixture(params=["memory", "rabbitmq"])
def adapter(request: pytest.FixtureRequest) -> Adapter:
    made: Adapter = request.getfixturevalue(request.param)
    return made
