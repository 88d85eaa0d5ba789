"""The effects of changed and deleted users on conversations."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contor.contracts.accounts import UserChanged
from contor.services.chat.repository.conversations import ConversationRepository
from contor.services.chat.repository.users import UserRepository
from contor.services.chat.service.support import Support


async def user_changed(session: AsyncSession, message: UserChanged) -> None:
    """Conversations claimed by an operator who is disabled or no administrator any more go back to the queue."""
    user = await UserRepository(session).upsert(message)
    if user is not None and (user.role != "admin" or user.disabled):
        await Support(session).requeue_claimed_by(user.id)


async def user_deleted(session: AsyncSession, user_id: UUID) -> None:
    """Messages stay without the author's name; the user's own conversation with support is resolved."""
    await UserRepository(session).mark_deleted(user_id)
    await Support(session).requeue_claimed_by(user_id)
    conversation = await ConversationRepository(session).get_support(user_id)
    if conversation is not None:
        await Support(session).resolve_without_client(conversation)
