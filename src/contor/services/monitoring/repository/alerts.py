"""SQL of alerts as users list and acknowledge them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, func, select, update

from contor.kernel.database import Repository
from contor.kernel.identity import Identity
from contor.kernel.pagination import keyset_page
from contor.services.monitoring.models import Alert, Meter
from contor.services.monitoring.repository.access import visible
from contor.services.monitoring.schemas.alerts import AlertFilter

COLUMNS = (*Alert.__table__.columns, Meter.device_id)
ALERTS = select(*COLUMNS).join(Meter, Meter.number == Alert.meter)


class AlertRepository(Repository):
    async def page(
        self, identity: Identity, wanted: AlertFilter, *, cursor: str | None, limit: int
    ) -> tuple[list[RowMapping], str | None]:
        """Alerts that the user may see, the newest hour first."""
        alerts = ALERTS.where(visible(Alert.owner_id, identity), *_conditions(wanted))
        key = [Alert.hour_start, Alert.id]
        rows, next_cursor = await keyset_page(self.session, alerts, key, cursor=cursor, limit=limit, descending=True)
        return [row._mapping for row in rows], next_cursor

    async def find(self, identity: Identity, alert_id: UUID) -> RowMapping | None:
        alert = ALERTS.where(Alert.id == alert_id, visible(Alert.owner_id, identity))
        found = await self.session.execute(alert)
        return found.mappings().one_or_none()

    async def count(self, identity: Identity, wanted: AlertFilter) -> int:
        """How many alerts `page` has on all its pages."""
        alerts = select(func.count()).select_from(Alert)
        if wanted.device_id is not None:
            alerts = alerts.join(Meter, Meter.number == Alert.meter)
        count = alerts.where(visible(Alert.owner_id, identity), *_conditions(wanted))
        return (await self.session.scalars(count)).one()

    async def acknowledge(self, identity: Identity, ids: Sequence[UUID], at: datetime) -> Sequence[RowMapping]:
        """Acknowledge those that the user may see and that are not acknowledged yet; returns them."""
        change = update(Alert).where(
            Alert.id.in_(ids),
            Alert.acknowledged_at.is_(None),
            visible(Alert.owner_id, identity),
            Meter.number == Alert.meter,
        )
        changed = change.values(acknowledged_at=at, acknowledged_by=identity.id).returning(*COLUMNS)
        return (await self.session.execute(changed)).mappings().all()

    async def acknowledge_all(self, identity: Identity, wanted: AlertFilter, at: datetime) -> Counter[UUID | None]:
        """Acknowledge those that fulfil the conditions, that the user may see and that are not acknowledged yet.

        Returns how many of each owner.
        """
        change = update(Alert).where(
            *_conditions(wanted),
            Alert.acknowledged_at.is_(None),
            visible(Alert.owner_id, identity),
            Meter.number == Alert.meter,
        )
        changed = change.values(acknowledged_at=at, acknowledged_by=identity.id).returning(Alert.owner_id)
        return Counter(await self.session.scalars(changed))


def _conditions(wanted: AlertFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.device_id is not None:
        yield Meter.device_id == wanted.device_id
    if wanted.state is not None:
        yield Alert.state == wanted.state
    if wanted.past is not None:
        # `NOT past`, as the index of the open alerts says it; it does not serve `past IS false`.
        yield Alert.past.is_(True) if wanted.past else ~Alert.past
    if wanted.acknowledged is not None:
        at = Alert.acknowledged_at
        yield at.is_not(None) if wanted.acknowledged else at.is_(None)
    if (begin := wanted.period.begin) is not None:
        # An hour is never longer than that, and the index knows only where it starts.
        yield Alert.hour_start > begin - timedelta(hours=1)
        yield Alert.hour_end > begin
    if (end := wanted.period.end) is not None:
        yield Alert.hour_start < end
