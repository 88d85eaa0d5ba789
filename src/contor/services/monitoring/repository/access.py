"""Which meters and alerts a user may see: an administrator every one, anyone else those they own."""

from typing import NamedTuple
from uuid import UUID

import asyncpg
from sqlalchemy import ColumnElement, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from contor.contracts.devices import DEFAULT_CHANNEL, UNITS
from contor.kernel.errors import NotFound
from contor.kernel.identity import Identity
from contor.kernel.pagination import keyset_page
from contor.services.monitoring.metering.intervals import Interval
from contor.services.monitoring.metering.slots import QUARTER_MS
from contor.services.monitoring.models import Channel, Meter


def visible(owner_id: InstrumentedAttribute[UUID | None], identity: Identity) -> ColumnElement[bool]:
    return true() if identity.is_admin else owner_id == identity.id


VISIBLE_METER = """
SELECT m.number, c.number, m.device_id, m.owner_id, c.kind, c.unit, m.time_zone, m.hourly_limit, m.max_power,
    CASE WHEN $2::uuid IS NOT NULL THEN m.visible_from END, c.interval_minutes, c.stamp
FROM meters AS m JOIN channels AS c ON c.meter = m.number AND c.name = $3
WHERE m.device_id = $1 AND NOT m.deleted AND ($2::uuid IS NULL OR m.owner_id = $2)
"""


class MeterView(NamedTuple):
    """What reads need of a meter and its channel `import`."""

    meter: int
    channel: int
    device_id: UUID
    owner_id: UUID | None
    kind: str
    unit: str
    time_zone: str
    hourly_limit: int | None
    """µWh, as of now."""
    max_power: int
    """mW"""
    visible_from: int | None
    """The slot from which on this user may read; None: everything."""
    interval_minutes: int | None
    """None: not stated."""
    stamp: str

    @property
    def scale(self) -> int:
        """µWh in one unit."""
        return UNITS[self.kind][self.unit]

    @property
    def interval(self) -> Interval:
        return Interval.of(self.stamp, self.interval_minutes)

    @property
    def readable_from(self) -> int:
        """The first timestamp (epoch ms) of a reading that this user may read: its interval begins in visible time."""
        return 0 if self.visible_from is None else self.visible_from * QUARTER_MS + self.interval.back


COLUMNS = (
    Meter.number,
    Channel.number.label("channel"),
    Meter.device_id,
    Meter.owner_id,
    Channel.kind,
    Channel.unit,
    Meter.time_zone,
    Meter.hourly_limit,
    Meter.max_power,
    Meter.visible_from,
    Channel.interval_minutes,
    Channel.stamp,
)


async def require_meter(connection: asyncpg.Connection, device_id: UUID, identity: Identity) -> MeterView:
    """Raises `NotFound` for a device that is deleted, unknown or not visible to the user."""
    row = await connection.fetchrow(
        VISIBLE_METER, device_id, None if identity.is_admin else identity.id, DEFAULT_CHANNEL
    )
    if row is None:
        raise NotFound
    return MeterView(*row)


async def page_of_meters(
    session: AsyncSession, identity: Identity, *, cursor: str | None, limit: int
) -> tuple[list[MeterView], str | None]:
    meters = select(*COLUMNS).join(Channel, (Channel.meter == Meter.number) & (Channel.name == DEFAULT_CHANNEL))
    meters = meters.where(~Meter.deleted, visible(Meter.owner_id, identity))
    rows, next_cursor = await keyset_page(session, meters, [Meter.number], cursor=cursor, limit=limit)
    views = [MeterView(*row[: len(COLUMNS)]) for row in rows]
    return [view._replace(visible_from=None) if identity.is_admin else view for view in views], next_cursor
