"""What becomes of conversations when people change or go."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contor.contracts.accounts import UserChanged
from contor.services.chat.repository.conversations import ConversationRepository
from contor.services.chat.repository.people import PeopleRepository
from contor.services.chat.service.support import Support


async def user_changed(session: AsyncSession, message: UserChanged) -> None:
    """Follow a person's name, role and standing; who can no longer answer has nothing in hand any more."""
    person = await PeopleRepository(session).store(message)
    if person is not None and (person.role != "admin" or person.disabled):
        await Support(session).leave(person.id)


async def user_deleted(session: AsyncSession, person_id: UUID) -> None:
    """Their messages stay, without the name; their conversation with support ends, what they had in hand waits."""
    await PeopleRepository(session).store_deleted(person_id)
    await Support(session).leave(person_id)
    conversation = await ConversationRepository(session).support_of(person_id)
    if conversation is not None:
        await Support(session).end(conversation)
