"""The events of conversations, written to the outbox with the change that they announce."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contor.contracts.chat import ChatMessage, ConversationChanged, MessageChanged, MessagePosted, MessagesRead
from contor.kernel.messaging.outbox import emit
from contor.services.chat.models import Conversation, StoredMessage
from contor.services.chat.repository.messages import Appended
from contor.services.chat.service.access import audience_of
from contor.services.chat.service.rendering import render_message
from contor.services.chat.service.views import Views


async def emit_message_posted(session: AsyncSession, conversation: Conversation, appended: Appended) -> ChatMessage:
    users = {} if appended.author is None else {appended.author.id: appended.author}
    message = render_message(appended.message, users)
    audience = await audience_of(session, conversation, note=message.note, members=appended.members)
    await emit(session, MessagePosted(message=message, **audience))
    return message


async def emit_message_changed(session: AsyncSession, conversation: Conversation, stored: StoredMessage) -> ChatMessage:
    message = await Views(session).message(stored)
    audience = await audience_of(session, conversation, note=message.note)
    await emit(session, MessageChanged(message=message, **audience))
    return message


async def emit_conversation_changed(
    session: AsyncSession, conversation: Conversation, line: StoredMessage | None = None
) -> None:
    """`line` is the system message of a change of state."""
    views = Views(session)
    message = ConversationChanged(
        conversation=await views.conversation(conversation.id, None),
        line=None if line is None else await views.message(line),
        **await audience_of(session, conversation),
    )
    await emit(session, message)


async def emit_messages_read(session: AsyncSession, conversation: Conversation, user_id: UUID, seq: int) -> None:
    audience = await audience_of(session, conversation)
    await emit(session, MessagesRead(conversation_id=conversation.id, user_id=user_id, seq=seq, **audience))
