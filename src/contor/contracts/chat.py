"""Conversations: their HTTP form, and the messages that chat and communication exchange about them."""

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
    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class ChatPerson(_Model):
    """A user in a conversation. `id` and `name` are null for a deleted user."""

    id: UUID | None
    name: str | None
    """The full name, or the username of a user without one."""


class ChatAuthor(_Model):
    """The author of a message."""

    kind: AuthorKind
    """`person`: a user; `assistant`: the support assistant; `system`: Contor itself, for a change of state."""
    id: UUID | None = None
    """The user's id; null for the assistant, the system and a deleted user."""
    name: str | None = None
    """The user's name, or which assistant answered: `fallback` or the model's name."""
    role: Literal["client", "admin"] | None = None
    """The user's role when the message was written. Null for the assistant and the system."""


class ChatSource(_Model):
    """A source of the assistant's answer."""

    kind: str
    """`device`, `alerts` or `guide`."""
    label: str
    """The source's name for display, in the language of the answer."""
    href: str | None
    """The path of its page in the web application; null when it has none."""


class ChatEvent(_Model):
    """A change of state of a support conversation, for clients to display in their own language."""

    kind: Transition
    actor: ChatPerson | None = None
    """The user who made the change; null when Contor did."""
    to: ChatPerson | None = None
    """The operator whom the conversation was assigned to."""
    reason: str | None = None
    """Why the conversation was handed over: the client's own words, or a code such as `not_confident` or `timeout`."""


class ChatMessage(_Model):
    """A message of a conversation."""

    id: UUID
    conversation_id: UUID
    seq: int
    """The message's number in its conversation, without gaps. Clients do not receive notes, so they may see gaps."""
    author: ChatAuthor
    text: str
    """The text; empty once the message is deleted."""
    note: bool = False
    """An internal note, visible to administrators only."""
    sources: list[ChatSource]
    """The sources of the assistant's answer; empty for other authors."""
    offers_person: bool = False
    """The assistant did not understand the question and offers an operator instead of an answer."""
    event: ChatEvent | None = None
    """The change of state that a system message records; null for other messages."""
    client_id: UUID | None = None
    """The id that the sender chose for the message."""
    created_at: datetime
    edited_at: datetime | None = None
    deleted_at: datetime | None = None


class ChatParticipant(ChatPerson):
    """A member of a conversation."""

    role: Literal["client", "admin"]
    """In a support conversation: `client` for the user who asks for help, `admin` for operators."""
    last_read_seq: int
    """The number of the newest message that the member has read."""
    online: bool | None = None
    """Whether the member is connected; null in live frames."""


class ChatConversation(_Model):
    """A conversation. `state`, `client`, `operator` and the fields that follow from them are null for direct ones."""

    id: UUID
    kind: ConversationKind
    title: str | None = None
    state: ConversationState | None = None
    """`ai_active`: the assistant answers; `waiting_human`: waiting for an operator; `human_active`: an operator
    answers; `resolved`: closed until the client writes again."""
    episode: int
    """Starts at 1 and grows by one each time a resolved conversation is reopened."""
    client: ChatPerson | None = None
    operator: ChatPerson | None = None
    """The operator who handles the conversation, or handled it until it was resolved."""
    participants: list[ChatParticipant]
    last_message: ChatMessage | None = None
    """The newest message by a user or the assistant; a system message if there is none yet. Never a note."""
    last_seq: int
    """The number of the newest message, system messages included and notes excluded."""
    unread: int | None = None
    """Messages that the caller has not read, counted up to 100; null in live frames."""
    waiting_since: datetime | None = None
    queue_position: int | None = None
    """The place among the waiting conversations, 1 for the next; null when not waiting, and in live frames."""
    answered_by: str | None = None
    """The assistant of this conversation: `fallback` or the model's name."""
    rated: int | None = None
    """The client's rating of the present episode, 1 to 5."""
    created_at: datetime
    updated_at: datetime


class Addressed(Message):
    """Only the users in `audience`, and every administrator if `administrators` is set, may receive the content."""

    audience: list[UUID]
    administrators: bool


class MessagePosted(Addressed):
    """A user or the assistant posted a message."""

    key: ClassVar[str] = "chat.message_posted"

    message: ChatMessage


class MessageChanged(Addressed):
    """A message was edited or deleted by its author."""

    key: ClassVar[str] = "chat.message_changed"

    message: ChatMessage


class ConversationChanged(Addressed):
    """A conversation was started or changed; `line` is the system message that records a change of state."""

    key: ClassVar[str] = "chat.conversation_changed"

    conversation: ChatConversation
    line: ChatMessage | None = None


class MessagesRead(Addressed):
    """A user has read the messages up to `seq`."""

    key: ClassVar[str] = "chat.messages_read"

    conversation_id: UUID
    user_id: UUID
    seq: int


class TypingReported(Addressed):
    """A user, or the assistant (null), is typing; expires after a few seconds unless repeated."""

    key: ClassVar[str] = "chat.typing_reported"
    durable: ClassVar[bool] = False

    conversation_id: UUID
    user_id: UUID | None
    name: str | None


class DraftUpdated(Addressed):
    """The whole text so far of the assistant's answer; replaced by the final message."""

    key: ClassVar[str] = "chat.draft_updated"
    durable: ClassVar[bool] = False

    conversation_id: UUID
    episode: int
    text: str


class PresenceChanged(Addressed):
    """A user opened their first connection or closed their last one."""

    key: ClassVar[str] = "chat.presence_changed"
    durable: ClassVar[bool] = False

    user_id: UUID
    online: bool


class PresenceReported(Message):
    """Users connected to one replica of communication, repeated at an interval, and users who disconnected from it."""

    key: ClassVar[str] = "presence.reported"
    durable: ClassVar[bool] = False

    replica: UUID
    connected: list[UUID]
    disconnected: list[UUID]
