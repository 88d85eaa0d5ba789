"""Reads conversations and messages and renders them for one viewer."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contor.contracts.chat import ChatConversation, ChatMessage
from contor.kernel.identity import Identity
from contor.services.chat.repository.rows import MessageRow, UserRow
from contor.services.chat.repository.summaries import SummaryRepository
from contor.services.chat.repository.users import UserRepository
from contor.services.chat.schemas import Unread
from contor.services.chat.service.rendering import (
    AnyMessage,
    Users,
    render_conversation,
    render_message,
    user_ids_in,
)


class Views:
    def __init__(self, session: AsyncSession) -> None:
        self._summaries = SummaryRepository(session)
        self._users = UserRepository(session)

    async def conversations(self, ids: Sequence[UUID], viewer: Identity | None) -> list[ChatConversation]:
        """In the order of `ids`. Without a viewer, the fields that depend on the viewer are null, as in events."""
        if not ids:
            return []
        rows = await self._summaries.conversations(ids, viewer)
        members = await self._summaries.members(ids)
        last = {row["id"]: MessageRow.of(row, "last_message_") for row in rows if row["last_message_id"] is not None}
        users = await self._load_users(
            user_ids_in(last.values()) | {i for row in rows for i in (row["client_id"], row["operator_id"]) if i},
            {user.id: user for of_conversation in members.values() for user, _ in of_conversation},
        )
        return [
            render_conversation(row, members.get(row["id"], ()), last.get(row["id"]), users, viewer is not None)
            for row in rows
        ]

    async def conversation(self, conversation_id: UUID, viewer: Identity | None) -> ChatConversation:
        (rendered,) = await self.conversations([conversation_id], viewer)
        return rendered

    async def messages(self, messages: Sequence[AnyMessage]) -> list[ChatMessage]:
        users = await self._load_users(user_ids_in(messages), {})
        return [render_message(message, users) for message in messages]

    async def message(self, message: AnyMessage) -> ChatMessage:
        (rendered,) = await self.messages([message])
        return rendered

    async def unread(self, viewer: Identity) -> Unread:
        return Unread.model_validate(await self._summaries.total_unread(viewer))

    async def _load_users(self, ids: set[UUID], loaded: dict[UUID, UserRow]) -> Users:
        return loaded | await self._users.get_many(ids - loaded.keys())
