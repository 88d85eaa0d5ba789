"""Alerts: listing and acknowledging them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contor.contracts.alerts import Alert, AlertAcknowledged, AlertsAcknowledged
from contor.kernel.clock import now
from contor.kernel.errors import NotFound
from contor.kernel.identity import Identity
from contor.kernel.messaging.outbox import emit
from contor.kernel.pagination import Page
from contor.services.monitoring.repository.alerts import AlertRepository
from contor.services.monitoring.schemas.alerts import Acknowledged, AlertFilter, Count, alert_of


async def list_alerts(
    session: AsyncSession, identity: Identity, wanted: AlertFilter, *, cursor: str | None, limit: int
) -> Page[Alert]:
    rows, next_cursor = await AlertRepository(session).page(identity, wanted, cursor=cursor, limit=limit)
    return Page(items=[alert_of(row) for row in rows], next_cursor=next_cursor)


async def count_alerts(session: AsyncSession, identity: Identity, wanted: AlertFilter) -> Count:
    return Count(count=await AlertRepository(session).count(identity, wanted))


async def acknowledge_alert(session: AsyncSession, identity: Identity, alert_id: UUID) -> Alert:
    """Returns the alert; an acknowledged one stays as it is. Raises `NotFound` when the user may not see it."""
    await acknowledge_alerts(session, identity, [alert_id])
    row = await AlertRepository(session).find(identity, alert_id)
    if row is None:
        raise NotFound
    return alert_of(row)


async def acknowledge_alerts(session: AsyncSession, identity: Identity, ids: Sequence[UUID]) -> Acknowledged:
    """Acknowledge those of these alerts that the user may see and that are not acknowledged yet."""
    rows = await AlertRepository(session).acknowledge(identity, ids, now())
    await emit(session, *(AlertAcknowledged(alert=alert_of(row)) for row in rows))
    return Acknowledged(acknowledged=len(rows))


async def acknowledge_all(session: AsyncSession, identity: Identity, wanted: AlertFilter) -> Acknowledged:
    """Acknowledge all that fulfil the conditions, that the user may see and that are not acknowledged yet."""
    counts = await AlertRepository(session).acknowledge_all(identity, wanted, now())
    if counts:
        owners = tuple(counts)
        await emit(session, AlertsAcknowledged(acknowledged_by=identity.id, owner_ids=owners, count=counts.total()))
    return Acknowledged(acknowledged=counts.total())
