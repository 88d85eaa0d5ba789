"""Access to one meter."""

from uuid import UUID

import asyncpg

from contor.kernel.errors import NotFound
from contor.kernel.identity import Identity
from contor.services.monitoring.repository.access import MeterView, find_meter


async def require_meter(connection: asyncpg.Connection, device_id: UUID, identity: Identity) -> MeterView:
    """Raises `NotFound` for a device that is deleted, unknown or not visible to the user."""
    meter = await find_meter(connection, device_id, identity)
    if meter is None:
        raise NotFound
    return meter
