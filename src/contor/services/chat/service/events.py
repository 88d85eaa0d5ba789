"""What chat says to the others, and who may hear it."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contor.contracts.chat import ChatMessage, ConversationChanged, MessageChanged, MessagePosted, MessagesRead
from contor.kernel.messaging.outbox import emit
from contor.services.chat.models import Conversation, StoredMessage
from contor.services.chat.repository.conversations import ConversationRepository
from contor.services.chat.repository.messages import Appended
from contor.services.chat.service.rendering import Known, message_as_seen
from contor.services.chat.service.views import Views


async def audience_of(session: AsyncSession, conversation: Conversation) -> tuple[list[UUID], bool]:
    """Who, and whether every administrator besides. Of support never an operator by name: who is none any more
    hears nothing."""
    if conversation.client_id is not None:
        return [conversation.client_id], True
    return await ConversationRepository(session).members(conversation.id), False


async def say_posted(session: AsyncSession, conversation: Conversation, appended: Appended) -> ChatMessage:
    people = {} if appended.author is None else {appended.author.id: appended.author}
    message = message_as_seen(appended.message, Known(people))
    client_id = conversation.client_id
    audience = [] if message.note else appended.members if client_id is None else [client_id]
    told = MessagePosted(message=message, audience=audience, administrators=client_id is not None)
    await emit(session, told)
    return message


async def say_changed(session: AsyncSession, conversation: Conversation, stored: StoredMessage) -> ChatMessage:
    (message,) = await Views(session).messages([stored])
    audience, administrators = await audience_of(session, conversation)
    if message.note:
        audience = []
    await emit(session, MessageChanged(message=message, audience=audience, administrators=administrators))
    return message


async def say_standing(session: AsyncSession, conversation: Conversation, line: StoredMessage | None = None) -> None:
    """Tell that a conversation began, or made a transition."""
    views = Views(session)
    (seen,) = await views.conversations([conversation.id], None)
    lines = await views.messages([line] if line else [])
    audience, administrators = await audience_of(session, conversation)
    message = ConversationChanged(
        conversation=seen, line=lines[0] if lines else None, audience=audience, administrators=administrators
    )
    await emit(session, message)


async def say_read(session: AsyncSession, conversation: Conversation, person_id: UUID, seq: int) -> None:
    audience, administrators = await audience_of(session, conversation)
    await emit(
        session,
        MessagesRead(
            conversation_id=conversation.id,
            user_id=person_id,
            seq=seq,
            audience=audience,
            administrators=administrators,
        ),
    )
