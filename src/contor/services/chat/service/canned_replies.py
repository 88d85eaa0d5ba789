"""Prepared texts of the operators."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contor.kernel.clock import now
from contor.kernel.errors import NotFound
from contor.kernel.pagination import Page
from contor.services.chat.models import CannedReply
from contor.services.chat.repository.canned_replies import CannedReplyRepository
from contor.services.chat.schemas import CannedReplyChanges, CannedReplyOut, NewCannedReply


class CannedReplies:
    def __init__(self, session: AsyncSession) -> None:
        self._replies = CannedReplyRepository(session)

    async def page(self, cursor: str | None, limit: int) -> Page[CannedReplyOut]:
        found, next_cursor = await self._replies.page(cursor, limit)
        return Page(items=[CannedReplyOut.model_validate(reply) for reply in found], next_cursor=next_cursor)

    async def create(self, new: NewCannedReply) -> CannedReply:
        return await self._replies.add(CannedReply(**new.model_dump()))

    async def change(self, reply_id: UUID, changes: CannedReplyChanges) -> CannedReply:
        reply = await self._get(reply_id)
        for field, value in changes.given().items():
            setattr(reply, field, value)
        reply.updated_at = now()
        return reply

    async def delete(self, reply_id: UUID) -> None:
        await self._replies.remove(await self._get(reply_id))

    async def _get(self, reply_id: UUID) -> CannedReply:
        reply = await self._replies.get_for_update(reply_id)
        if reply is None:
            raise NotFound
        return reply
