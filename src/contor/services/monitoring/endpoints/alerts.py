"""Listing and acknowledging alerts."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from contor.contracts.alerts import Alert, AlertState
from contor.kernel.http import Cursor, Limit, Session
from contor.kernel.identity import CurrentUser
from contor.kernel.pagination import Page
from contor.services.monitoring.endpoints.parameters import OptionalPeriod, period_of
from contor.services.monitoring.schemas.alerts import Acknowledged, AlertChoice, AlertFilter, Count
from contor.services.monitoring.service import alerts as service

router = APIRouter(prefix="/alerts")


async def _filter(
    period: OptionalPeriod,
    device_id: Annotated[UUID | None, Query(description="Only alerts of this device.")] = None,
    state: Annotated[AlertState | None, Query(description="Only alerts in this state.")] = None,
    acknowledged: Annotated[
        bool | None, Query(description="Only acknowledged (`true`) or only unacknowledged alerts (`false`).")
    ] = None,
    past: Annotated[
        bool | None, Query(description="Only alerts that were found long after their hour (`true`), or only others.")
    ] = None,
) -> AlertFilter:
    return AlertFilter(device_id, state, acknowledged, past, period)


Wanted = Annotated[AlertFilter, Depends(_filter)]


@router.get("", summary="List alerts")
async def get_alerts(
    session: Session, identity: CurrentUser, wanted: Wanted, limit: Limit = 50, cursor: Cursor = None
) -> Page[Alert]:
    """List alerts in pages, the newest hour first. With `from` and `to`: those whose hour overlaps the period.

    A client sees the alerts of hours in which they owned the device, an administrator all alerts.
    """
    return await service.list_alerts(session, identity, wanted, cursor=cursor, limit=limit)


@router.get("/count", summary="Count alerts")
async def get_count(session: Session, identity: CurrentUser, wanted: Wanted) -> Count:
    """Count the alerts that the list has with the same conditions, on all its pages."""
    return await service.count_alerts(session, identity, wanted)


@router.post("/acknowledge", summary="Acknowledge several alerts")
async def post_acknowledge_all(body: AlertChoice, session: Session, identity: CurrentUser) -> Acknowledged:
    """Mark alerts as seen: up to 200 by their `ids`, or any number by a `filter`. Returns how many this request did.

    `{"filter": {"past": true}}` acknowledges all that were found in imported data, `{"filter": {}}` all alerts. Alerts
    that are already acknowledged, that do not exist or that the user may not see are skipped.
    """
    if body.filter is None:
        return await service.acknowledge_alerts(session, identity, body.ids or ())
    conditions = body.filter
    period = period_of(conditions.begin, conditions.end)
    wanted = AlertFilter(conditions.device_id, conditions.state, None, conditions.past, period)
    return await service.acknowledge_all(session, identity, wanted)


@router.post("/{alert_id}/acknowledge", summary="Acknowledge an alert")
async def post_acknowledge(alert_id: UUID, session: Session, identity: CurrentUser) -> Alert:
    """Mark an alert as seen and return it. Repeating the request changes nothing.

    The owner of the alert and administrators may do this; for everyone else the alert does not exist (404).
    """
    return await service.acknowledge_alert(session, identity, alert_id)
