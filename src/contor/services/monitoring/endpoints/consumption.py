"""Load profiles, heat maps and summaries."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response

from contor.kernel.errors import raises
from contor.kernel.http import AutocommitConnection, Cursor, Limit, ServiceContext, Session
from contor.kernel.identity import CurrentUser
from contor.kernel.pagination import Page
from contor.services.monitoring.endpoints.parameters import OptionalPeriod, RequiredPeriod
from contor.services.monitoring.metering.slots import Resolution
from contor.services.monitoring.schemas.consumption import Consumption, Heatmap, Summary
from contor.services.monitoring.service import consumption as service
from contor.services.monitoring.service import current_values
from contor.services.monitoring.settings import MonitoringSettings

router = APIRouter()
RESOLUTION = (
    "Length of an interval. `auto` chooses by the length of the period: quarter hours up to 2 days, hours up to "
    "62 days, days up to 3 years, else months; `resolution` of the response is the one chosen."
)


@router.get("/devices/{device_id}/consumption", response_model=Consumption, summary="Get the load profile of a device")
@raises(service.RangeTooLarge)
async def get_consumption(
    device_id: UUID,
    connection: AutocommitConnection,
    identity: CurrentUser,
    period: OptionalPeriod,
    resolution: Annotated[Literal["auto", Resolution], Query(description=RESOLUTION)] = "auto",
) -> Response:
    """Get the energy of a device in kWh by quarter hour, hour, day, week, month or year.

    Intervals follow the clock and the calendar of the device's time zone: days of 23 and 25 hours are whole days, weeks
    begin on Monday. The profile consists of every interval that touches the period, in full, up to the running one; a
    period in the future has no points and a total of 0. Without `from` it begins with the first reading, without `to`
    it ends now, and it never begins before 2010. A profile has at most 10,000 points.

    The owner of the device and administrators may read it; for everyone else the device does not exist (404). What an
    owner reads begins with the end of the previous owner's time, also within an interval.
    """
    profile = await service.get_load_profile(connection, identity, device_id, period, resolution)
    return Response(profile.json(), media_type="application/json")


@router.get("/devices/{device_id}/heatmap", summary="Get the heat map of a device")
@raises(service.RangeTooLarge)
async def get_heatmap(
    device_id: UUID, connection: AutocommitConnection, identity: CurrentUser, period: RequiredPeriod
) -> Heatmap:
    """Get the energy in kWh of the 24 clock hours of each local date, for at most 400 days. The future has none.

    The owner of the device and administrators may read it; for everyone else the device does not exist (404). What an
    owner reads begins with the end of the previous owner's time.
    """
    return await service.get_heatmap(connection, identity, device_id, period)


@router.get("/devices/{device_id}/summary", summary="Get the current values of a device")
async def get_summary(
    device_id: UUID, connection: AutocommitConnection, context: ServiceContext, identity: CurrentUser
) -> Summary:
    """Get the last reading, the power in W, and the energy in kWh of this hour, day and month and of the previous ones.

    The owner of the device and administrators may read it; for everyone else the device does not exist (404).
    """
    silent_after = context.resource(MonitoringSettings).silent_after
    return await current_values.get_summary(connection, identity, device_id, silent_after)


@router.get("/summaries", summary="List the current values of devices")
async def get_summaries(
    session: Session, context: ServiceContext, identity: CurrentUser, limit: Limit = 50, cursor: Cursor = None
) -> Page[Summary]:
    """List the current values of all devices of the user, in pages; of every device for an administrator."""
    silent_after = context.resource(MonitoringSettings).silent_after
    return await current_values.list_summaries(session, identity, silent_after, cursor=cursor, limit=limit)
