"""The user service has no resources of its own."""

import contextlib
from collections.abc import AsyncIterator

from contor.kernel.service import Context


@contextlib.asynccontextmanager
async def lifespan(context: Context) -> AsyncIterator[None]:
    yield
