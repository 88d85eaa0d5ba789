"""`/chat/canned-replies`: prepared texts of the operators."""

from uuid import UUID

from fastapi import APIRouter, Response

from contor.kernel.http import Cursor, Limit, Session
from contor.kernel.identity import AdminOnly
from contor.kernel.pagination import Page
from contor.services.chat.models import CannedReply
from contor.services.chat.schemas import CannedReplyChanges, CannedReplyOut, NewCannedReply
from contor.services.chat.service.canned_replies import CannedReplies

router = APIRouter(prefix="/canned-replies")


@router.get("")
async def list_canned_replies(
    _: AdminOnly, session: Session, limit: Limit = 50, cursor: Cursor = None
) -> Page[CannedReplyOut]:
    """Administrators only. List the canned replies, which all operators share, by title."""
    return await CannedReplies(session).page(cursor, limit)


@router.post("", status_code=201, response_model=CannedReplyOut)
async def create_canned_reply(new: NewCannedReply, _: AdminOnly, session: Session) -> CannedReply:
    """Administrators only. Add a canned reply for all operators and return it."""
    return await CannedReplies(session).create(new)


@router.patch("/{reply_id}", response_model=CannedReplyOut)
async def change_canned_reply(
    reply_id: UUID, changes: CannedReplyChanges, _: AdminOnly, session: Session
) -> CannedReply:
    """Administrators only. Change the fields that are given and return the whole canned reply."""
    return await CannedReplies(session).change(reply_id, changes)


@router.delete("/{reply_id}", status_code=204, response_class=Response)
async def delete_canned_reply(reply_id: UUID, _: AdminOnly, session: Session) -> None:
    """Administrators only. Delete a canned reply. Messages that were written with the canned reply stay."""
    await CannedReplies(session).delete(reply_id)
