"""Prepared texts of the operators."""

from uuid import UUID

from sqlalchemy import select

from contor.kernel.database import Repository
from contor.kernel.pagination import keyset_page
from contor.kernel.search import folded
from contor.services.chat.models import CannedReply


class CannedReplyRepository(Repository):
    async def page(self, cursor: str | None, limit: int) -> tuple[list[CannedReply], str | None]:
        key = (folded(CannedReply.title), CannedReply.id)
        return await keyset_page(self.session, select(CannedReply), key, cursor=cursor, limit=limit)

    async def get_for_update(self, reply_id: UUID) -> CannedReply | None:
        return await self.session.get(CannedReply, reply_id, with_for_update=True)

    async def add(self, reply: CannedReply) -> CannedReply:
        self.session.add(reply)
        await self.session.flush()
        return reply

    async def remove(self, reply: CannedReply) -> None:
        await self.session.delete(reply)
        await self.session.flush()
