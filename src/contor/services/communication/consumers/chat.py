"""Conversations: each event names the users and roles that may receive it."""

from uuid import UUID, uuid5

from contor.contracts.chat import (
    Addressed,
    ConversationChanged,
    DraftUpdated,
    MessageChanged,
    MessagePosted,
    MessagesRead,
    PresenceChanged,
    TypingReported,
)
from contor.contracts.frames import (
    ChatConversationData,
    ChatConversationFrame,
    ChatDraftData,
    ChatDraftFrame,
    ChatMessageChangedFrame,
    ChatMessageData,
    ChatMessageFrame,
    ChatReadData,
    ChatReadFrame,
    ChatTypingData,
    ChatTypingFrame,
    PresenceData,
    PresenceFrame,
    ServerFrame,
)
from contor.kernel.service import Consumer, Context
from contor.services.communication.live.hub import Hub


async def when_message_posted(message: MessagePosted, context: Context) -> None:
    frame = ChatMessageFrame(id=message.id, at=message.occurred_at, data=ChatMessageData(message=message.message))
    _broadcast(frame, message, context)


async def when_message_changed(message: MessageChanged, context: Context) -> None:
    data = ChatMessageData(message=message.message)
    _broadcast(ChatMessageChangedFrame(id=message.id, at=message.occurred_at, data=data), message, context)


async def when_conversation_changed(message: ConversationChanged, context: Context) -> None:
    data = ChatConversationData(conversation=message.conversation)
    _broadcast(ChatConversationFrame(id=message.id, at=message.occurred_at, data=data), message, context)
    if message.line is not None:
        # The second frame of one event gets its own id, the same on every replica.
        identifier = uuid5(message.id, "line")
        line = ChatMessageFrame(id=identifier, at=message.occurred_at, data=ChatMessageData(message=message.line))
        _broadcast(line, message, context)


async def when_messages_read(message: MessagesRead, context: Context) -> None:
    data = ChatReadData(conversation_id=message.conversation_id, user_id=message.user_id, seq=message.seq)
    _broadcast(ChatReadFrame(id=message.id, at=message.occurred_at, data=data), message, context)


async def when_typing_reported(message: TypingReported, context: Context) -> None:
    author = message.user_id or "assistant"
    data = ChatTypingData(conversation_id=message.conversation_id, user_id=author, name=message.name)
    frame = ChatTypingFrame(id=message.id, at=message.occurred_at, data=data)
    hint = uuid5(message.conversation_id, f"typing {author}")
    _broadcast(frame, message, context, exclude=message.user_id, hint=hint)


async def when_draft_updated(message: DraftUpdated, context: Context) -> None:
    data = ChatDraftData(conversation_id=message.conversation_id, episode=message.episode, text=message.text)
    frame = ChatDraftFrame(id=message.id, at=message.occurred_at, data=data)
    _broadcast(frame, message, context, hint=uuid5(message.conversation_id, "draft"))


async def when_presence_changed(message: PresenceChanged, context: Context) -> None:
    data = PresenceData(user_id=message.user_id, online=message.online)
    frame = PresenceFrame(id=message.id, at=message.occurred_at, data=data)
    _broadcast(frame, message, context, exclude=message.user_id, hint=uuid5(message.user_id, "presence"))


def _broadcast(
    frame: ServerFrame, event: Addressed, context: Context, *, exclude: UUID | None = None, hint: UUID | None = None
) -> None:
    hub = context.resource(Hub)
    hub.broadcast(frame, event.audience, administrators=event.administrators, exclude=exclude, hint=hint)


CONSUMERS: tuple[Consumer, ...] = tuple(
    Consumer(kind, handler, every_replica=True)
    for kind, handler in (
        (MessagePosted, when_message_posted),
        (MessageChanged, when_message_changed),
        (ConversationChanged, when_conversation_changed),
        (MessagesRead, when_messages_read),
        (TypingReported, when_typing_reported),
        (DraftUpdated, when_draft_updated),
        (PresenceChanged, when_presence_changed),
    )
)
