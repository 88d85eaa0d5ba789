"""Correcting and deleting readings, and what was changed and may be wrong."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from contor.kernel.bodies import multi_line
from contor.kernel.errors import raises
from contor.kernel.http import AutocommitConnection, Cursor, Limit, ServiceContext, Session
from contor.kernel.identity import AdminOnly, CurrentUser
from contor.kernel.pagination import Page
from contor.services.monitoring.endpoints.parameters import RequiredPeriod
from contor.services.monitoring.schemas.corrections import (
    CorrectionIn,
    CorrectionOut,
    DeletedReadings,
    SuspiciousInterval,
)
from contor.services.monitoring.service import corrections as service
from contor.services.monitoring.service import reading_deletion, suspicious
from contor.services.monitoring.settings import MonitoringSettings

router = APIRouter(prefix="/devices/{device_id}")


@router.get("/corrections", summary="List the corrections of a device")
async def get_corrections(
    device_id: UUID, session: Session, identity: CurrentUser, limit: Limit = 50, cursor: Cursor = None
) -> Page[CorrectionOut]:
    """List what changed stored readings, in pages, the newest change first: values that were replaced because another
    one was sent for the same time, and what administrators corrected, set aside and deleted.

    Replaced values are kept for 400 days, at most 10,000 of a device.

    Administrators may read all of it, the owner of the device the part of their own time; for everyone else the device
    does not exist (404).
    """
    return await service.list_corrections(session, identity, device_id, cursor=cursor, limit=limit)


@router.post("/corrections", status_code=201, summary="Correct a reading")
@raises(service.NoReading, service.TooManyCorrections)
async def post_correction(
    device_id: UUID, body: CorrectionIn, session: Session, context: ServiceContext, identity: AdminOnly
) -> CorrectionOut:
    """Replace a reading, add a missing one (`replacement` is a number) or set one aside (`replacement` is null). For
    administrators only.

    Load profile and alerts follow at once. Until the correction is undone, readings that are sent for this time are
    rejected with the code `corrected`. A second correction of the same time ends the first. A device has at most 1,000
    corrections in force.
    """
    return await service.correct_reading(session, identity, device_id, body, context.resource(MonitoringSettings))


@router.delete("/corrections/{correction_id}", status_code=204, response_class=Response, summary="Undo a correction")
@raises(service.NotUndoable, service.Superseded)
async def delete_correction(device_id: UUID, correction_id: UUID, session: Session, identity: AdminOnly) -> None:
    """Restore the reading as it was sent, or remove it if none was. For administrators only.

    Load profile and alerts follow at once; the correction stays in the list, with who undid it. Repeating the request
    changes nothing. Corrections of the kinds `replaced` and `deleted` cannot be undone.
    """
    await service.undo_correction(session, identity, device_id, correction_id)


@router.delete("/readings", summary="Delete readings of a device")
@raises(reading_deletion.TooManyReadingsToDelete)
async def delete_readings(
    device_id: UUID,
    session: Session,
    identity: AdminOnly,
    period: RequiredPeriod,
    reason: Annotated[
        str,
        multi_line(500, min_length=1),
        Query(description="Why, in 1 to 500 characters.", examples=["The clock of the meter was not set"]),
    ],
) -> DeletedReadings:
    """Delete the readings with timestamps in the period, at most 1,000,000 in one request. For administrators only.

    Load profile and alerts follow at once. Corrections of readings in the period end. This cannot be undone, but the
    readings can be sent again. The deletion is listed among the corrections of the device.
    """
    return await reading_deletion.delete_readings(session, identity, device_id, period, reason)


@router.get("/suspicious", summary="List suspicious readings of a device")
async def get_suspicious(
    device_id: UUID, connection: AutocommitConnection, identity: CurrentUser, limit: Limit = 50, cursor: Cursor = None
) -> Page[SuspiciousInterval]:
    """List quarter hours whose energy may be wrong, in pages, the newest first; each once, with the first reason that
    applies.

    * `implausible`: more energy than the device can use at its maximum power.
    * `out_of_pattern`: in the last 60 days, more than ten times the 99th percentile of the quarter hours at the same
      hour of day on the other days.
    * `largest`: one of the ten largest readings of the last 400 days, and more than ten times the typical reading. If
      the device states no interval, or one below a quarter hour, the readings of the 20 hours with the most energy are
      compared.

    Administrators may read all of it, the owner of the device the part of their own time; for everyone else the device
    does not exist (404).
    """
    return await suspicious.list_suspicious(connection, identity, device_id, cursor=cursor, limit=limit)
