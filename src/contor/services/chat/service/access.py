"""Who may see a conversation: the check for requests, and the audience of events. The rule is `repository.access`."""

from collections.abc import Iterable
from typing import TypedDict
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contor.kernel.errors import NotFound
from contor.kernel.identity import Identity
from contor.services.chat.models import Conversation
from contor.services.chat.repository.conversations import ConversationRepository


class Audience(TypedDict):
    """The fields of `contracts.chat.Addressed`."""

    audience: list[UUID]
    administrators: bool


async def visible_conversation(
    session: AsyncSession, conversation_id: UUID, identity: Identity, *, for_update: bool = False
) -> Conversation:
    """Raises `NotFound` unless the user may see it."""
    found = await ConversationRepository(session).get_visible(conversation_id, identity, for_update=for_update)
    if found is None:
        raise NotFound
    return found


async def check_visible(session: AsyncSession, conversation_id: UUID, identity: Identity) -> None:
    if not await ConversationRepository(session).is_visible(conversation_id, identity):
        raise NotFound


async def audience_of(
    session: AsyncSession, conversation: Conversation, *, note: bool = False, members: Iterable[UUID] | None = None
) -> Audience:
    """All who may see the conversation, or its notes. `members` saves reading them again.

    Operators are not named for support: one who is no administrator any more must not receive its events.
    """
    if conversation.client_id is not None:
        return {"audience": [] if note else [conversation.client_id], "administrators": True}
    if members is None:
        members = await ConversationRepository(session).list_members(conversation.id)
    return {"audience": list(members), "administrators": False}
