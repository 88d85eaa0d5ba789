"""A RabbitMQ cluster on this machine."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from contor.runtime.embedded.rabbitmq import PrivateRabbit


@contextlib.asynccontextmanager
async def start_cluster(folder: Path) -> AsyncIterator[list[PrivateRabbit]]:
    first = PrivateRabbit(folder / "a", name="a")
    others = [PrivateRabbit(folder / name, name=name, beside=first) for name in "bc"]
    async with contextlib.AsyncExitStack() as stack:
        for node in (first, *others):
            await stack.enter_async_context(node.running())
        yield [first, *others]
