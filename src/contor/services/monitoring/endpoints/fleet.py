"""The overview of all meters."""

from fastapi import APIRouter

from contor.kernel.http import ServiceContext, Session
from contor.kernel.identity import AdminOnly
from contor.services.monitoring.schemas.fleet import Fleet
from contor.services.monitoring.service import fleet as service
from contor.services.monitoring.settings import MonitoringSettings

router = APIRouter()


@router.get("/fleet", summary="Get the state of all devices")
async def get_fleet(session: Session, context: ServiceContext, _: AdminOnly) -> Fleet:
    """Count devices by state, count readings by minute, and list what needs attention. For administrators only."""
    return await service.get_fleet(session, context.resource(MonitoringSettings).silent_after)
