"""Listing, replaying and dismissing rejected readings. For administrators only."""

from typing import Annotated

from fastapi import APIRouter, Query

from contor.kernel.clock import now
from contor.kernel.http import Cursor, Limit, ServiceContext, Session
from contor.kernel.identity import AdminOnly
from contor.kernel.pagination import Page
from contor.services.monitoring.schemas.rejected_readings import (
    Dismissed,
    RejectedChoice,
    RejectedGroup,
    RejectedOut,
    RejectionCode,
    RejectionState,
    Replayed,
)
from contor.services.monitoring.service import rejected_readings as service
from contor.services.monitoring.settings import MonitoringSettings

router = APIRouter(prefix="/rejected")


@router.get("", summary="List rejected readings")
async def get_rejected(
    session: Session,
    _: AdminOnly,
    code: Annotated[RejectionCode | None, Query(description="Only readings rejected for this reason.")] = None,
    state: Annotated[RejectionState, Query(description="Only readings in this state.")] = "pending",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[RejectedOut]:
    """List rejected readings with their reasons, in pages, the latest received first. For administrators only."""
    return await service.list_rejected(session, code, state, cursor=cursor, limit=limit)


@router.get("/summary", summary="Count rejected readings by reason")
async def get_rejected_summary(session: Session, _: AdminOnly) -> list[RejectedGroup]:
    """Count pending rejected readings by reason, the most frequent first. For administrators only."""
    return await service.count_pending(session)


@router.post("/replay", summary="Replay rejected readings")
async def post_replay(body: RejectedChoice, session: Session, context: ServiceContext, identity: AdminOnly) -> Replayed:
    """Process pending rejected readings again, with the rights of this administrator. For administrators only.

    Chosen are those with the given `ids`, or all with the given `code`; at most 5,000 in one request, oldest first.
    Readings that are rejected again stay pending, with the new reason.
    """
    latest = context.resource(MonitoringSettings).latest_ms(now())
    return await service.replay_chosen(session, identity, body, latest)


@router.post("/dismiss", summary="Dismiss rejected readings")
async def post_dismiss(body: RejectedChoice, session: Session, _: AdminOnly) -> Dismissed:
    """Move pending rejected readings to the state `dismissed`. For administrators only.

    Chosen are those with the given `ids`, or all with the given `code`; at most 5,000 in one request, oldest first.
    Dismissed readings are not deleted, but they cannot be replayed.
    """
    return await service.dismiss(session, body)
