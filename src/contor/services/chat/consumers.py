"""What conversations hear of people, and of each other."""

from sqlalchemy.ext.asyncio import AsyncSession

from contor.contracts.accounts import UserChanged, UserDeleted
from contor.contracts.chat import ConversationChanged, PresenceReported
from contor.kernel.service import Consumer, Context
from contor.services.chat.service import presence
from contor.services.chat.service import user_events as following
from contor.services.chat.service.answers import Answers


async def when_user_changed(message: UserChanged, session: AsyncSession) -> None:
    await following.user_changed(session, message)


async def when_user_deleted(message: UserDeleted, session: AsyncSession) -> None:
    await following.user_deleted(session, message.user_id)


async def when_people_connected(message: PresenceReported, session: AsyncSession) -> None:
    await presence.connected(session, message)


async def when_conversation_changed(message: ConversationChanged, context: Context) -> None:
    """Whatever this process is still answering for somebody else's conversation would be dropped."""
    if message.line is not None and message.conversation.state != "ai_active":
        context.resource(Answers).give_up(message.conversation.id, message.line.seq)


CONSUMERS: tuple[Consumer, ...] = (
    Consumer(UserChanged, when_user_changed),
    Consumer(UserDeleted, when_user_deleted),
    Consumer(PresenceReported, when_people_connected),
    Consumer(ConversationChanged, when_conversation_changed, every_replica=True),
)
