"""HTTP of monitoring."""

from datetime import timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime

from contor.contracts.alerts import Alert, AlertState
from contor.kernel.http import Bare, Cursor, DirectRoute, Limit, ServiceContext, Session
from contor.kernel.identity import AdminOnly, CurrentUser
from contor.kernel.pagination import Page
from contor.services.monitoring.ingestion.batch_writer import Ingest
from contor.services.monitoring.ingestion.decoders import EARLIEST_MS, MOST_READINGS, decode
from contor.services.monitoring.ingestion.store_batch import Receipt
from contor.services.monitoring.metering.slots import MWH_PER_UNIT, Resolution, kwh, start_of, start_text
from contor.services.monitoring.repository.alerts import AlertFilter
from contor.services.monitoring.repository.reads import Queries
from contor.services.monitoring.schemas import (
    Acknowledged,
    AlertIds,
    Consumption,
    Count,
    DeviceReadingsIn,
    Dismissed,
    Fleet,
    Heatmap,
    ReadingIn,
    ReadingOut,
    ReceiptOut,
    RejectedChoice,
    RejectedGroup,
    RejectedOut,
    RejectionCode,
    Replayed,
    Summary,
)
from contor.services.monitoring.service import alerts as alerts_service
from contor.services.monitoring.service import consumption as service
from contor.services.monitoring.service import fleet as fleet_service
from contor.services.monitoring.service import rejected_readings as rejected_service
from contor.services.monitoring.settings import MonitoringSettings

router = APIRouter()
From = Annotated[AwareDatetime | None, Query(alias="from", description="Inclusive; with its offset.")]
To = Annotated[AwareDatetime | None, Query(description="Exclusive; with its offset.")]
JSON = "application/json"


def _readings_body() -> dict[str, Any]:
    """The three forms of a body of readings: it is decoded by hand, so FastAPI does not see them."""
    one, pack = ReadingIn.model_json_schema(), DeviceReadingsIn.model_json_schema()
    # A reference would look for its model among the document's components, where it is not.
    pack["properties"]["readings"]["items"] = pack.pop("$defs")["BareReadingIn"]
    forms = [one, {"type": "array", "maxItems": MOST_READINGS, "items": one}, pack]
    return {"requestBody": {"required": True, "content": {JSON: {"schema": {"anyOf": forms}}}}}


async def post_readings(request: Request, context: ServiceContext, identity: CurrentUser) -> Response:
    """Take one reading, an array of them, or a device's batch. Answered when they are stored for good."""
    submission = decode(await request.body(), identity.id, by_admin=identity.is_admin)
    receipt = await context.resource(Ingest).submit(submission)
    return Response(_receipt(receipt), status_code=202, media_type=JSON)


router.add_api_route(
    "/readings",
    post_readings,
    methods=["POST"],
    status_code=202,
    response_model=ReceiptOut,
    openapi_extra=_readings_body(),
    route_class_override=DirectRoute,
)


def _receipt(receipt: Receipt) -> bytes:
    rejected = [
        {name: getattr(r, name) for name in ("index", "device_id", "timestamp", "code", "detail", "field")}
        for r in sorted(receipt.rejected, key=lambda r: r.index)
    ]
    body = {"accepted": receipt.accepted, "duplicates": receipt.duplicates, "rejected": rejected}
    return msgspec.json.encode(body)


@router.get("/devices/{device_id}/readings")
async def get_readings(
    device_id: UUID,
    session: Session,
    identity: CurrentUser,
    begin: From = None,
    to: To = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[ReadingOut]:
    """Stored readings, oldest first."""
    queries = Queries(session)
    meter = await service.meter_of(queries, device_id, identity)
    begin_ms = int(begin.timestamp() * 1000) if begin else EARLIEST_MS
    end_ms = int(to.timestamp() * 1000) if to else 2**62
    rows, following = await queries.readings(meter.number, begin_ms, end_ms, cursor=cursor, limit=limit)
    items = [
        ReadingOut(
            timestamp=start_of(0) + timedelta(milliseconds=row.at),
            measurement_value=row.value / MWH_PER_UNIT[meter.unit],
            energy_kwh=kwh(row.value),
        )
        for row in rows
    ]
    return Page(items=items, next_cursor=following)


@router.get("/devices/{device_id}/consumption", response_model=Consumption)
async def get_consumption(
    device_id: UUID,
    connection: Bare,
    identity: CurrentUser,
    begin: From = None,
    to: To = None,
    resolution: Resolution = "hour",
) -> Response:
    """The load profile: whole local intervals of the device's time zone, up to the running one."""
    profile = await service.consumption(connection, device_id, identity, begin, to, resolution)
    body: dict[str, Any] = {
        "device_id": device_id,
        "time_zone": profile.time_zone,
        "resolution": resolution,
        "from": start_text(profile.edges[0]),
        "to": start_text(profile.edges[-1]),
        "total_kwh": profile.total_kwh,
        "points": msgspec.Raw(profile.points_json()),
    }
    return Response(msgspec.json.encode(body), media_type=JSON)


@router.get("/devices/{device_id}/heatmap")
async def get_heatmap(
    device_id: UUID,
    connection: Bare,
    identity: CurrentUser,
    begin: Annotated[AwareDatetime, Query(alias="from")],
    to: AwareDatetime,
) -> Heatmap:
    """Each day's 24 clock hours."""
    return await service.heatmap(connection, device_id, identity, begin, to)


@router.get("/devices/{device_id}/summary")
async def get_summary(device_id: UUID, session: Session, context: ServiceContext, identity: CurrentUser) -> Summary:
    """Where the meter stands now."""
    meter = await service.meter_of(Queries(session), device_id, identity)
    return (await service.summaries(session, [meter], context.resource(MonitoringSettings).silent_after))[0]


@router.get("/summaries")
async def get_summaries(
    session: Session, context: ServiceContext, identity: CurrentUser, limit: Limit = 50, cursor: Cursor = None
) -> Page[Summary]:
    """Where every meter one may see stands now."""
    owner = service.owner_filter(identity)
    meters, following = await Queries(session).meters(owner, cursor=cursor, limit=limit)
    return Page(
        items=await service.summaries(session, meters, context.resource(MonitoringSettings).silent_after),
        next_cursor=following,
    )


@router.get("/alerts")
async def get_alerts(
    session: Session,
    identity: CurrentUser,
    device_id: UUID | None = None,
    state: AlertState | None = None,
    acknowledged: bool | None = None,
    begin: From = None,
    to: To = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[Alert]:
    """Alerts, the newest hour first."""
    wanted = AlertFilter(device_id, state, acknowledged, begin, to)
    return await alerts_service.list_alerts(session, identity, wanted, cursor=cursor, limit=limit)


@router.get("/alerts/unacknowledged")
async def get_unacknowledged(session: Session, identity: CurrentUser) -> Count:
    """How many alerts nobody has taken note of."""
    return await alerts_service.count_unacknowledged(session, identity)


@router.post("/alerts/acknowledge")
async def post_acknowledge_all(body: AlertIds, session: Session, identity: CurrentUser) -> Acknowledged:
    """Take note of several alerts; those that are somebody else's are left alone."""
    return await alerts_service.acknowledge_alerts(session, identity, body.ids)


@router.post("/alerts/{alert_id}/acknowledge")
async def post_acknowledge(alert_id: UUID, session: Session, identity: CurrentUser) -> Alert:
    """Take note of an alert."""
    return await alerts_service.acknowledge_alert(session, identity, alert_id)


@router.get("/fleet")
async def get_fleet(session: Session, context: ServiceContext, _: AdminOnly) -> Fleet:
    """How the meters are doing."""
    return await fleet_service.fleet(session, context.resource(MonitoringSettings).silent_after)


@router.get("/rejected")
async def get_rejected(
    session: Session,
    _: AdminOnly,
    code: RejectionCode | None = None,
    state: Literal["pending", "replayed", "dismissed"] = "pending",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[RejectedOut]:
    """Readings that could not be used, newest first."""
    rows, following = await Queries(session).rejected(code, state, cursor=cursor, limit=limit)
    items = [RejectedOut.model_validate(row, from_attributes=True) for row in rows]
    return Page(items=items, next_cursor=following)


@router.get("/rejected/summary")
async def get_rejected_summary(session: Session, _: AdminOnly) -> list[RejectedGroup]:
    """Pending rejections by reason."""
    rows = await Queries(session).rejected_by_code()
    names = ("code", "count", "times", "latest_at")
    return [RejectedGroup.model_validate(dict(zip(names, row, strict=True))) for row in rows]


@router.post("/rejected/replay")
async def post_replay(body: RejectedChoice, session: Session, identity: AdminOnly) -> Replayed:
    """Try rejected readings again, at most 5,000 a call."""
    used, refused = await rejected_service.replay_chosen(session, identity, body.ids, body.code)
    return Replayed(replayed=used, still_rejected=refused)


@router.post("/rejected/dismiss")
async def post_dismiss(body: RejectedChoice, session: Session, _: AdminOnly) -> Dismissed:
    """Put rejected readings aside, at most 5,000 a call."""
    return Dismissed(dismissed=await rejected_service.dismiss(session, body.ids, body.code))
