"""Conversations: their HTTP form, and the messages that chat and communication exchange about them."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from contor.contracts import Data
from contor.kernel.messaging.message import Message

ConversationKind = Literal["support", "direct"]
ConversationState = Literal["ai_active", "waiting_human", "human_active", "resolved"]
AuthorKind = Literal["person", "assistant", "system"]
Transition = Literal["handed_over", "claimed", "assigned", "released", "resolved", "reopened"]


class ChatPerson(Data):
    """A user in a conversation. `id` and `name` are null for a deleted user."""

    id: UUID | None
    name: str | None
    """The full name, or the username of a user without one."""


class ChatAuthor(Data):
    """The author of a message."""

    kind: AuthorKind
    """`person`: a user; `assistant`: the support assistant; `system`: Contor itself, for a change of state."""
    id: UUID | None = None
    """The user's id; null for the assistant, the system and a deleted user."""
    name: str | None = None
    """The user's name, or which assistant answered: `fallback` or the model's name."""
    role: Literal["client", "admin"] | None = None
    """The user's role when the message was written. Null for the assistant and the system."""


class ChatSource(Data):
    """A source of the assistant's answer."""

    kind: str
    """`device`, `alerts` or `guide`."""
    label: str
    """The source's name for display, in the language of the answer."""
    href: str | None
    """The path of its page in the web application; null when it has none."""


class ChatEvent(Data):
    """A change of state of a support conversation, for clients to display in their own language."""

    kind: Transition
    actor: ChatPerson | None = None
    """The user who made the change; null when Contor did."""
    to: ChatPerson | None = None
    """The operator whom the conversation was assigned to."""
    reason: str | None = None
    """Why the conversation was handed over: the client's own words, or a code such as `not_confident` or `timeout`."""


class ChatMessage(Data):
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


class ChatConversation(Data):
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


# The data of frames, which are also the fields of the events.
class ChatMessageData(Data):
    message: ChatMessage


class ChatConversationData(Data):
    conversation: ChatConversation


class ChatReadData(Data):
    conversation_id: UUID
    user_id: UUID
    seq: int


class ChatDraftData(Data):
    conversation_id: UUID
    episode: int
    text: str


class PresenceData(Data):
    user_id: UUID
    online: bool


class Addressed(Message):
    """Only the users in `audience`, and every administrator if `administrators` is set, may receive the content."""

    audience: list[UUID]
    administrators: bool


class MessagePosted(Addressed, ChatMessageData, key="chat.message_posted"):
    """A user or the assistant posted a message."""


class MessageChanged(Addressed, ChatMessageData, key="chat.message_changed"):
    """A message was edited or deleted by its author."""


class ConversationChanged(Addressed, ChatConversationData, key="chat.conversation_changed"):
    """A conversation was started or changed; `line` is the system message that records a change of state."""

    line: ChatMessage | None = None


class MessagesRead(Addressed, ChatReadData, key="chat.messages_read"):
    """A user has read the messages up to `seq`."""


class TypingReported(Addressed, key="chat.typing_reported", durable=False):
    """A user, or the assistant (null), is typing; expires after a few seconds unless repeated."""

    conversation_id: UUID
    user_id: UUID | None
    name: str | None


class DraftUpdated(Addressed, ChatDraftData, key="chat.draft_updated", durable=False):
    """The whole text so far of the assistant's answer; replaced by the final message."""


class PresenceChanged(Addressed, PresenceData, key="chat.presence_changed", durable=False):
    """A user opened their first connection or closed their last one."""


class PresenceReported(Message, key="presence.reported", durable=False):
    """Users connected to one replica of communication, repeated at an interval, and users who disconnected from it."""

    replica: UUID
    connected: list[UUID]
    disconnected: list[UUID]
