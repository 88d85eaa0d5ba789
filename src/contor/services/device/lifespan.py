"""The settings of the device service."""

import contextlib
from collections.abc import AsyncIterator

from contor.kernel.service import Context
from contor.services.device.settings import DeviceSettings


@contextlib.asynccontextmanager
async def lifespan(context: Context) -> AsyncIterator[None]:
    """Register `DeviceSettings`; an invalid setting stops the start."""
    context.register(DeviceSettings())
    yield
