"""Which meters and alerts a user may see: an administrator every one, anyone else those they own."""

from typing import NamedTuple
from uuid import UUID

import asyncpg
from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import InstrumentedAttribute

from contor.contracts.devices import UNITS
from contor.kernel.database import Repository
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


COLUMNS = (Meter.number, Meter.device_id, Meter.owner_id, Meter.kind, Meter.unit, Meter.time_zone, Meter.limit)


async def find_meter(connection: asyncpg.Connection, device_id: UUID, identity: Identity) -> MeterView | None:
    """The meter of a device, if the user may see it."""
    row = await connection.fetchrow(VISIBLE_METER, device_id, None if identity.is_admin else identity.id)
    return None if row is None else MeterView(*row)


class MeterViewRepository(Repository):
    async def page(self, identity: Identity, *, cursor: str | None, limit: int) -> tuple[list[MeterView], str | None]:
        """Meters that the user may see."""
        meters = select(*COLUMNS).where(~Meter.deleted, visible(Meter.owner_id, identity))
        rows, next_cursor = await keyset_page(self.session, meters, [Meter.number], cursor=cursor, limit=limit)
        return [MeterView(*row[: len(COLUMNS)]) for row in rows], next_cursor
