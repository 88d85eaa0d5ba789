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
from contor.services.monitoring.ingestion.decoders.json_items import MAX_READINGS, NotReadings, TooManyReadings
from contor.services.monitoring.schemas.readings import DeviceReadingsIn, ReadingIn, ReadingOut, ReceiptOut
from contor.services.monitoring.service import readings as service
from contor.services.monitoring.settings import MonitoringSettings

router = APIRouter()
JSON = "application/json"
DEVICE = "01920000-0000-7000-8000-000000000001"
EXAMPLES = {
    "reading": {
        "summary": "One reading",
        "value": {"timestamp": 1732250400000, "device_id": DEVICE, "measurement_value": 0.35},
    },
    "array": {
        "summary": "Readings of any devices, the second in its own unit",
        "value": [
            {"timestamp": "2024-11-22T06:40:00+02:00", "device_id": DEVICE, "measurement_value": 0.35},
            {"timestamp": "2024-11-22T06:45:00+02:00", "device_id": DEVICE, "measurement_value": 350, "unit": "Wh"},
        ],
    },
    "device": {
        "summary": "Readings of one device in Wh",
        "value": {
            "device_id": DEVICE,
            "unit": "Wh",
            "channel": "import",
            "readings": [
                {"timestamp": 1732250400000, "measurement_value": 350},
                {"timestamp": 1732250700000, "measurement_value": 340},
            ],
        },
    },
}


def _readings_body() -> dict[str, Any]:
    """The three forms of the body, which FastAPI does not see because `decode` parses it."""
    one, pack = ReadingIn.model_json_schema(), DeviceReadingsIn.model_json_schema()
    # A reference would look for its model among the document's components, where it is not.
    pack["properties"]["readings"]["items"] = pack.pop("$defs")["BareReadingIn"]
    forms = [one, {"type": "array", "maxItems": MAX_READINGS, "items": one}, pack]
    content = {"schema": {"anyOf": forms}, "examples": EXAMPLES}
    return {"requestBody": {"required": True, "content": {JSON: content}}}


@raises(NotReadings, TooManyReadings, Overloaded, Unavailable)
async def post_readings(request: Request, context: ServiceContext, identity: CurrentUser) -> Response:
    """Store readings of one or more devices.

    The body is one reading, an array of readings, or one device with a list of readings: at most 10,000 readings and
    4 MiB. The response is sent after the readings are committed to the database. It counts accepted and duplicate
    readings and lists every rejected reading with its reason; a rejected reading does not affect the others. Posting
    the same readings again changes nothing; a different value for the same device and timestamp replaces the earlier
    value: send the sum of several pulses in one millisecond.

    A `unit` is converted, and refused if the kind of the device does not have it. A field with another name is refused.
    Timestamps may be from 2010 to five minutes ahead of the server's clock (a setting of the server).

    Clients may post for devices that they own, administrators for every device. A reading of an unknown device is
    rejected, stored, and replayed when the device is created.
    """
    writer, settings = context.resource(BatchWriter), context.resource(MonitoringSettings)
    receipt = await service.store_readings(writer, settings, identity, await request.body())
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

    The owner of the device and administrators may read them; for everyone else the device does not exist (404). What an
    owner reads begins with the end of the previous owner's time.
    """
    return await service.list_readings(session, identity, device_id, period, cursor=cursor, limit=limit)
