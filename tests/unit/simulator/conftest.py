from collections.abc import AsyncIterator, Iterator

import pytest

from contor.simulator import Client, Password
from tests.unit.simulator.fake_contor import FakeContor


@pytest.fixture
def contor() -> Iterator[FakeContor]:
    fake = FakeContor()
    server = fake.serve()
    yield fake
    server.shutdown()
    server.server_close()


@pytest.fixture
async def client(contor: FakeContor) -> AsyncIterator[Client]:
    async with Client(contor.url, Password("ana", "right horse")) as client:
        yield client
