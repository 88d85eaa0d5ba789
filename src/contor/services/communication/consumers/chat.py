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
    ChatConversationFrame,
    ChatDraftFrame,
    ChatMessageChangedFrame,
    ChatMessageFrame,
    ChatReadFrame,
    ChatTypingFrame,
    PresenceFrame,
    ServerFrame,
)
from contor.kernel.service import Consumer, Context
from contor.services.communication.live.hub import Hub

FRAMES: dict[type[Addressed], type[ServerFrame]] = {
    MessagePosted: ChatMessageFrame,
    MessageChanged: ChatMessageChangedFrame,
    ConversationChanged: ChatConversationFrame,
    MessagesRead: ChatReadFrame,
    TypingReported: ChatTypingFrame,
    DraftUpdated: ChatDraftFrame,
    PresenceChanged: PresenceFrame,
}
"""The data of a frame are the fields of its event with the same names."""


async def when_messages_changed(message: MessagePosted | MessageChanged | MessagesRead, context: Context) -> None:
    _broadcast(message, context)


async def when_conversation_changed(message: ConversationChanged, context: Context) -> None:
    _broadcast(message, context)
    if message.line is not None:
        # The second frame of one event gets its own id, the same on every replica.
        posted = message.model_dump(include={"occurred_at", "audience", "administrators"})
        _broadcast(MessagePosted(id=uuid5(message.id, "line"), message=message.line, **posted), context)


async def when_typing_reported(message: TypingReported, context: Context) -> None:
    author = message.user_id or "assistant"
    hint = uuid5(message.conversation_id, f"typing {author}")
    _broadcast(message.model_copy(update={"user_id": author}), context, exclude=message.user_id, hint=hint)


async def when_draft_updated(message: DraftUpdated, context: Context) -> None:
    _broadcast(message, context, hint=uuid5(message.conversation_id, "draft"))


async def when_presence_changed(message: PresenceChanged, context: Context) -> None:
    _broadcast(message, context, exclude=message.user_id, hint=uuid5(message.user_id, "presence"))


def _broadcast(event: Addressed, context: Context, *, exclude: UUID | None = None, hint: UUID | None = None) -> None:
    content = {"id": event.id, "at": event.occurred_at, "data": event}
    frame = FRAMES[type(event)].model_validate(content, from_attributes=True)
    hub = context.resource(Hub)
    hub.broadcast(frame, event.audience, administrators=event.administrators, exclude=exclude, hint=hint)


CONSUMERS: tuple[Consumer, ...] = (
    Consumer(MessagePosted, when_messages_changed, every_replica=True),
    Consumer(MessageChanged, when_messages_changed, every_replica=True),
    Consumer(MessagesRead, when_messages_changed, every_replica=True),
    Consumer(ConversationChanged, when_conversation_changed, every_replica=True),
    Consumer(TypingReported, when_typing_reported, every_replica=True),
    Consumer(DraftUpdated, when_draft_updated, every_replica=True),
    Consumer(PresenceChanged, when_presence_changed, every_replica=True),
)
