"""Nothing runs beside the requests of the user service."""

import contextlib
from collections.abc import AsyncIterator

from contor.kernel.service import Context


@contextlib.asynccontextmanager
async def lifespan(context: Context) -> AsyncIterator[None]:
    yield
