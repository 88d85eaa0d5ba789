"""Events of users, of presence, and of this service's own conversations."""

from sqlalchemy.ext.asyncio import AsyncSession

from contor.contracts.accounts import UserChanged, UserDeleted
from contor.contracts.chat import ConversationChanged, PresenceReported
from contor.kernel.service import Consumer, Context
from contor.services.chat.service import presence, user_events
from contor.services.chat.service.answers import Answers


async def when_user_changed(message: UserChanged, session: AsyncSession) -> None:
    await user_events.user_changed(session, message)


async def when_user_deleted(message: UserDeleted, session: AsyncSession) -> None:
    await user_events.user_deleted(session, message.user_id)


async def when_presence_reported(message: PresenceReported, session: AsyncSession) -> None:
    await presence.store_report(session, message)


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
