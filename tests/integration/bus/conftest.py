"""The adapters that have to keep the contract of `Bus`."""

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

MISSING = "rabbitmq-server is missing, NO TEST OF THE BROKER RAN: make rabbitmq"


@dataclass
class Adapter:
    """Makes buses that share one place: what a bus leaves there the next one finds, as after a restart."""

    make: Callable[[], Bus]


@dataclass
class Broker:
    """A broker, and the buses a test made on it, whose queues are deleted when it ends."""

    rabbit: PrivateRabbit
    buses: list[RabbitBus] = field(default_factory=list)

    def make(self, *, watch_seconds: float = 0.5) -> RabbitBus:
        self.buses.append(RabbitBus(self.rabbit.url, initial_backoff=0.001, watch_seconds=watch_seconds))
        return self.buses[-1]

    async def forget(self) -> None:
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
    """Skips what needs RabbitMQ's programs where this machine has none."""
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
    await broker.forget()


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
