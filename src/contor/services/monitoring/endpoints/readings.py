"""Posting and listing readings."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from contor.kernel.errors import Unavailable, raises
from contor.kernel.http import Cursor, DirectRoute, Limit, ServiceContext, Session
from contor.kernel.identity import CurrentUser
from contor.kernel.pagination import Page
from contor.services.monitoring.endpoints.parameters import OptionalPeriod
from contor.services.monitoring.ingestion.batch_writer import BatchWriter, Overloaded
from contor.services.monitoring.ingestion.decoders.json import MAX_READINGS, NotReadings, TooManyReadings
from contor.services.monitoring.schemas import DeviceReadingsIn, ReadingIn, ReadingOut, ReceiptOut
from contor.services.monitoring.service import readings as service

router = APIRouter()
JSON = "application/json"


def _readings_body() -> dict[str, Any]:
    """The three forms of the body, which FastAPI does not see because `decode` parses it."""
    one, pack = ReadingIn.model_json_schema(), DeviceReadingsIn.model_json_schema()
    # A reference would look for its model among the document's components, where it is not.
    pack["properties"]["readings"]["items"] = pack.pop("$defs")["BareReadingIn"]
    forms = [one, {"type": "array", "maxItems": MAX_READINGS, "items": one}, pack]
    return {"requestBody": {"required": True, "content": {JSON: {"schema": {"anyOf": forms}}}}}


@raises(NotReadings, TooManyReadings, Overloaded, Unavailable)
async def post_readings(request: Request, context: ServiceContext, identity: CurrentUser) -> Response:
    """Store readings of one or more devices.

    The body is one reading, an array of readings, or one device with a list of readings: at most 10,000 readings and
    4 MiB. The response is sent after the readings are committed to the database. It counts accepted and duplicate
    readings and lists every rejected reading with its reason; a rejected reading does not affect the others. Posting
    the same readings again changes nothing; a different value for the same device and timestamp replaces the earlier
    value.

    Clients may post for devices that they own, administrators for every device. A reading of an unknown device is
    rejected, stored, and replayed when the device is created.
    """
    receipt = await service.store_readings(context.resource(BatchWriter), identity, await request.body())
    return Response(receipt, status_code=202, media_type=JSON)


router.add_api_route(
    "/readings",
    post_readings,
    methods=["POST"],
    status_code=202,
    summary="Post readings",
    response_model=ReceiptOut,
    openapi_extra=_readings_body(),
    route_class_override=DirectRoute,
)


@router.get("/devices/{device_id}/readings", summary="List the readings of a device")
async def get_readings(
    device_id: UUID,
    session: Session,
    identity: CurrentUser,
    period: OptionalPeriod,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[ReadingOut]:
    """List stored readings in pages, oldest first. Without `from` and `to`: all of them.

    The owner of the device and administrators may read them; for everyone else the device does not exist (404).
    """
    return await service.list_readings(session, identity, device_id, period, cursor=cursor, limit=limit)
