"""Events of users, of presence, and of this service's own conversations."""

from sqlalchemy.ext.asyncio import AsyncSession

from contor.contracts.accounts import UserChanged, UserDeleted
from contor.contracts.chat import ConversationChanged, PresenceReported
from contor.kernel.service import Consumer, Context
from contor.services.chat.repository.conversations import ConversationRepository
from contor.services.chat.repository.users import UserRepository
from contor.services.chat.service.answers import Answers
from contor.services.chat.service.presence import when_presence_reported
from contor.services.chat.service.support import Support


async def when_user_changed(message: UserChanged, session: AsyncSession) -> None:
    """Conversations claimed by an operator who is disabled or no administrator any more go back to the queue."""
    user = await UserRepository(session).upsert(message)
    if user is not None and (user.role != "admin" or user.disabled):
        await Support(session).requeue_claimed_by(user.id)


async def when_user_deleted(message: UserDeleted, session: AsyncSession) -> None:
    """Messages stay without the author's name; the user's own conversation with support is resolved."""
    await UserRepository(session).mark_deleted(message.user_id)
    await Support(session).requeue_claimed_by(message.user_id)
    conversation = await ConversationRepository(session).get_support(message.user_id)
    if conversation is not None:
        await Support(session).resolve_without_client(conversation)


async def when_conversation_changed(message: ConversationChanged, context: Context) -> None:
    """Cancel the answers of this process that would be discarded, because the assistant lost the conversation."""
    if message.line is not None and message.conversation.state != "ai_active":
        context.resource(Answers).cancel(message.conversation.id, message.line.seq)


CONSUMERS: tuple[Consumer, ...] = (
    Consumer(UserChanged, when_user_changed),
    Consumer(UserDeleted, when_user_deleted),
    Consumer(PresenceReported, when_presence_reported),
    Consumer(ConversationChanged, when_conversation_changed, every_replica=True),
)
