"""Conversations: what they look like to whoever may see them, and what chat tells the others."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from contor.kernel.messaging.message import Message

ConversationKind = Literal["support", "direct"]
ConversationState = Literal["ai_active", "waiting_human", "human_active", "resolved"]
AuthorKind = Literal["person", "assistant", "system"]
Transition = Literal["handed_over", "claimed", "assigned", "released", "resolved", "reopened"]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class ChatPerson(_Model):
    """Somebody in a conversation; of a deleted person id and name are null."""

    id: UUID | None
    name: str | None


class ChatAuthor(_Model):
    """Who wrote a message. An assistant's `name` says which of them answered."""

    kind: AuthorKind
    id: UUID | None = None
    name: str | None = None
    role: Literal["client", "admin"] | None = None


class ChatSource(_Model):
    """Where an answer of the assistant comes from: `href` is a page of the application, if it has one."""

    kind: str
    label: str
    href: str | None


class ChatEvent(_Model):
    """What a system line tells: the transition, who made it, to whom, and why. Screens say it in their language."""

    kind: Transition
    actor: ChatPerson | None = None
    to: ChatPerson | None = None
    reason: str | None = None


class ChatMessage(_Model):
    """A message as everybody sees it who may. A deleted one has no text any more.

    `seq` numbers the messages of a conversation without a gap; a client's own view has one where a `note` of the
    operators is. `offers_person`: the assistant did not understand, and offers a person instead of an answer.
    """

    id: UUID
    conversation_id: UUID
    seq: int
    author: ChatAuthor
    text: str
    note: bool = False
    sources: list[ChatSource]
    offers_person: bool = False
    event: ChatEvent | None = None
    client_id: UUID | None = None
    created_at: datetime
    edited_at: datetime | None = None
    deleted_at: datetime | None = None


class ChatParticipant(ChatPerson):
    """`online` is null where nobody asked."""

    role: Literal["client", "admin"]
    last_read_seq: int
    online: bool | None = None


class ChatConversation(_Model):
    """A conversation; `state`, `client` and what follows from them only of support.

    `last_message` is the last that somebody wrote, or a system line before anybody did; `last_seq` counts system lines
    too. Notes are neither. `unread` and `queue_position` depend on who asks and when, and are null in what is pushed.
    `rated` is the score of the present episode.
    """

    id: UUID
    kind: ConversationKind
    title: str | None = None
    state: ConversationState | None = None
    episode: int
    client: ChatPerson | None = None
    operator: ChatPerson | None = None
    participants: list[ChatParticipant]
    last_message: ChatMessage | None = None
    last_seq: int
    unread: int | None = None
    waiting_since: datetime | None = None
    queue_position: int | None = None
    answered_by: str | None = None
    rated: int | None = None
    created_at: datetime
    updated_at: datetime


class _Told(Message):
    """`audience` and, if so, every administrator may know of it; nobody else."""

    audience: list[UUID]
    administrators: bool


class MessagePosted(_Told):
    """Somebody, or the assistant, wrote something."""

    key: ClassVar[str] = "chat.message_posted"

    message: ChatMessage


class MessageChanged(_Told):
    """A message was edited or deleted by its author."""

    key: ClassVar[str] = "chat.message_changed"

    message: ChatMessage


class ConversationChanged(_Told):
    """A conversation began, or its state is another; `line` is the system line that says so in the conversation."""

    key: ClassVar[str] = "chat.conversation_changed"

    conversation: ChatConversation
    line: ChatMessage | None = None


class MessagesRead(_Told):
    """Somebody has read everything up to `seq`."""

    key: ClassVar[str] = "chat.messages_read"

    conversation_id: UUID
    user_id: UUID
    seq: int


class SomebodyTypes(_Told):
    """Somebody, or the assistant (null), writes: true for a few seconds unless it is said again."""

    key: ClassVar[str] = "chat.somebody_types"
    durable: ClassVar[bool] = False

    conversation_id: UUID
    user_id: UUID | None
    name: str | None


class DraftGrew(_Told):
    """The assistant's answer so far; the message that replaces it comes by itself."""

    key: ClassVar[str] = "chat.draft_grew"
    durable: ClassVar[bool] = False

    conversation_id: UUID
    episode: int
    text: str


class PresenceChanged(_Told):
    """Somebody came online or went."""

    key: ClassVar[str] = "chat.presence_changed"
    durable: ClassVar[bool] = False

    user_id: UUID
    online: bool


class PeopleConnected(Message):
    """Who is connected to one replica of communication, said again and again, and who no longer is."""

    key: ClassVar[str] = "presence.people_connected"
    durable: ClassVar[bool] = False

    replica: UUID
    here: list[UUID]
    gone: list[UUID]
