"""Builds the responses and event data of conversations and messages from stored rows."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from contor.contracts.chat import ChatAuthor, ChatConversation, ChatEvent, ChatMessage, ChatParticipant, ChatPerson
from contor.kernel.identity import Role
from contor.services.chat.models import StoredMessage
from contor.services.chat.repository.rows import MessageRow, UserRow

AnyMessage = StoredMessage | MessageRow
Users = Mapping[UUID, UserRow]


def render_user(user_id: UUID, users: Users) -> ChatPerson:
    """A user without a row has no name yet; a deleted user has neither id nor name."""
    row = users.get(user_id)
    if row is not None and row.deleted:
        return ChatPerson(id=None, name=None)
    return ChatPerson(id=user_id, name=row.name if row else None)


def user_ids_in(messages: Iterable[AnyMessage]) -> set[UUID]:
    """The users that `render_message` needs."""
    found: set[UUID] = set()
    for message in messages:
        if message.author_id is not None:
            found.add(message.author_id)
        event = message.event or {}
        found |= {UUID(event[field]) for field in ("actor_id", "to_id") if event.get(field)}
    return found


def render_message(message: AnyMessage, users: Users) -> ChatMessage:
    stored = {field: getattr(message, field) for field in MessageRow._fields}
    rendered = {"author": _author(message, users), "event": _event(message.event, users)}
    return ChatMessage.model_validate(stored | rendered)


def _author(message: AnyMessage, users: Users) -> ChatAuthor:
    if message.author_id is None:
        return ChatAuthor(kind=message.author_kind, name=message.author_name)
    user = render_user(message.author_id, users)
    return ChatAuthor(kind="person", id=user.id, name=user.name, role=message.author_role)


def _event(event: dict[str, Any] | None, users: Users) -> ChatEvent | None:
    if event is None:
        return None
    actor, to = (event.get(field) and render_user(UUID(event[field]), users) for field in ("actor_id", "to_id"))
    return ChatEvent(kind=event["kind"], actor=actor, to=to, reason=event.get("reason"))


def render_conversation(
    row: Mapping[str, Any],
    members: Sequence[tuple[UserRow, int]],
    last: MessageRow | None,
    users: Users,
    with_presence: bool,
) -> ChatConversation:
    """`row` is one of `SummaryRepository.conversations`, `members` are the members with their read marks."""
    client, operator = (None if i is None else render_user(i, users) for i in (row["client_id"], row["operator_id"]))
    rendered = {
        "client": client,
        "operator": operator,
        "participants": [_participant(user, read, row, users, with_presence) for user, read in members],
        "last_message": None if last is None else render_message(last, users),
    }
    return ChatConversation.model_validate(dict(row) | rendered)


def _participant(
    stored: UserRow, last_read_seq: int, conversation: Mapping[str, Any], users: Users, with_presence: bool
) -> ChatParticipant:
    user = render_user(stored.id, users)
    in_support: Role = "client" if stored.id == conversation["client_id"] else "admin"
    return ChatParticipant(
        id=user.id,
        name=user.name,
        role=in_support if conversation["kind"] == "support" else stored.role,
        last_read_seq=last_read_seq,
        online=stored.online if with_presence else None,
    )
