"""Which meters and alerts a user may see: an administrator every one, anyone else those they own."""

from typing import NamedTuple
from uuid import UUID

import asyncpg
from sqlalchemy import ColumnElement, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from contor.contracts.devices import UNITS
from contor.kernel.errors import NotFound
from contor.kernel.identity import Identity
from contor.kernel.pagination import keyset_page
from contor.services.monitoring.models import Meter


def visible(owner_id: InstrumentedAttribute[UUID | None], identity: Identity) -> ColumnElement[bool]:
    return true() if identity.is_admin else owner_id == identity.id


VISIBLE_METER = """
SELECT number, device_id, owner_id, kind, unit, time_zone, hourly_limit FROM meters
WHERE device_id = $1 AND NOT deleted AND ($2::uuid IS NULL OR owner_id = $2)
"""


class MeterView(NamedTuple):
    """What reads need of a meter; `hourly_limit` in mWh."""

    number: int
    device_id: UUID
    owner_id: UUID | None
    kind: str
    unit: str
    time_zone: str
    hourly_limit: int | None

    @property
    def scale(self) -> int:
        """mWh in one unit."""
        return UNITS[self.kind][self.unit]


COLUMNS = (Meter.number, Meter.device_id, Meter.owner_id, Meter.kind, Meter.unit, Meter.time_zone, Meter.hourly_limit)


async def require_meter(connection: asyncpg.Connection, device_id: UUID, identity: Identity) -> MeterView:
    """Raises `NotFound` for a device that is deleted, unknown or not visible to the user."""
    row = await connection.fetchrow(VISIBLE_METER, device_id, None if identity.is_admin else identity.id)
    if row is None:
        raise NotFound
    return MeterView(*row)


async def page_of_meters(
    session: AsyncSession, identity: Identity, *, cursor: str | None, limit: int
) -> tuple[list[MeterView], str | None]:
    meters = select(*COLUMNS).where(~Meter.deleted, visible(Meter.owner_id, identity))
    rows, next_cursor = await keyset_page(session, meters, [Meter.number], cursor=cursor, limit=limit)
    return [MeterView(*row[: len(COLUMNS)]) for row in rows], next_cursor
