"""Work that a process repeats at an interval beside its requests."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

from contor.kernel.errors import Problem
from contor.kernel.postgres_errors import is_connection_failure
from contor.kernel.telemetry import log


@contextlib.asynccontextmanager
async def periodic(
    seconds: float, action: Callable[[], Awaitable[object]], *, failed: str, immediately: bool = False
) -> AsyncIterator[None]:
    """Run `action` every `seconds` until the block ends, the first time after `seconds` or `immediately`.

    An error is logged as the event `failed`, with its traceback unless it is a `Problem` or a lost
    connection, and ends only that run.
    At the end of the block a running action is cancelled and awaited.
    """

    async def repeat() -> None:
        if not immediately:
            await asyncio.sleep(seconds)
        while True:
            try:
                await action()
            except Exception as error:
                expected = isinstance(error, Problem) or is_connection_failure(error)
                log.warning(failed, error=repr(error)[:300], exc_info=not expected)
            await asyncio.sleep(seconds)

    task = asyncio.create_task(repeat(), name=failed)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
