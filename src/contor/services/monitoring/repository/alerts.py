"""SQL of alerts as users list and acknowledge them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, func, select, update

from contor.contracts.alerts import AlertState
from contor.kernel.database import Repository
from contor.kernel.identity import Identity
from contor.kernel.pagination import keyset_page
from contor.services.monitoring.models import Alert, Meter
from contor.services.monitoring.repository.access import visible

Row = RowMapping
"""The columns of `alerts`, and `device_id`."""
COLUMNS = (*Alert.__table__.columns, Meter.device_id)


@dataclass(frozen=True, slots=True)
class AlertFilter:
    """Conditions that all hold; None is no condition. `begin` and `end` bound the start of the hour, `end` excluded."""

    device_id: UUID | None = None
    state: AlertState | None = None
    acknowledged: bool | None = None
    begin: datetime | None = None
    end: datetime | None = None

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        if self.device_id is not None:
            yield Meter.device_id == self.device_id
        if self.state is not None:
            yield Alert.state == self.state
        if self.acknowledged is not None:
            at = Alert.acknowledged_at
            yield at.is_not(None) if self.acknowledged else at.is_(None)
        if self.begin is not None:
            yield Alert.hour_start >= self.begin
        if self.end is not None:
            yield Alert.hour_start < self.end


class AlertRepository(Repository):
    async def page(
        self, identity: Identity, wanted: AlertFilter, *, cursor: str | None, limit: int
    ) -> tuple[list[Row], str | None]:
        """Alerts that the user may see, the newest hour first."""
        alerts = select(*COLUMNS).join(Meter, Meter.number == Alert.meter)
        alerts = alerts.where(visible(Alert.owner_id, identity), *wanted.conditions())
        key = [Alert.hour_start, Alert.id]
        rows, next_cursor = await keyset_page(self.session, alerts, key, cursor=cursor, limit=limit, descending=True)
        return [row._mapping for row in rows], next_cursor

    async def find(self, identity: Identity, alert_id: UUID) -> Row | None:
        alert = select(*COLUMNS).join(Meter, Meter.number == Alert.meter)
        found = await self.session.execute(alert.where(Alert.id == alert_id, visible(Alert.owner_id, identity)))
        return found.mappings().one_or_none()

    async def count_unacknowledged(self, identity: Identity) -> int:
        count = select(func.count()).where(Alert.acknowledged_at.is_(None), visible(Alert.owner_id, identity))
        return (await self.session.scalars(count)).one()

    async def acknowledge(self, identity: Identity, ids: Sequence[UUID], at: datetime) -> Sequence[Row]:
        """Acknowledge those that the user may see and that are not acknowledged yet; returns them."""
        change = update(Alert).where(
            Alert.id.in_(ids),
            Alert.acknowledged_at.is_(None),
            visible(Alert.owner_id, identity),
            Meter.number == Alert.meter,
        )
        changed = change.values(acknowledged_at=at, acknowledged_by=identity.id).returning(*COLUMNS)
        return (await self.session.execute(changed)).mappings().all()
