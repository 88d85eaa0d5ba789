"""Conversations and messages as they are shown, of what was read."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from contor.contracts.chat import (
    ChatAuthor,
    ChatConversation,
    ChatEvent,
    ChatMessage,
    ChatParticipant,
    ChatPerson,
    ChatSource,
)
from contor.kernel.identity import Role
from contor.services.chat.models import StoredMessage
from contor.services.chat.repository.rows import MessageRow, PersonRow

Written = StoredMessage | MessageRow
NOBODY = ChatPerson(id=None, name=None)


class Known:
    """People by id, each rendered once."""

    def __init__(self, people: Mapping[UUID, PersonRow]) -> None:
        self._people = people
        self._seen: dict[UUID, ChatPerson] = {}

    def person(self, person_id: UUID) -> ChatPerson:
        """Id and name; neither of somebody who was deleted."""
        seen = self._seen.get(person_id)
        if seen is None:
            row = self._people.get(person_id)
            gone = row is not None and row.deleted
            seen = NOBODY if gone else ChatPerson(id=person_id, name=row.name if row else None)
            self._seen[person_id] = seen
        return seen


def people_in(messages: Iterable[Written]) -> set[UUID]:
    """Everybody a rendered message names."""
    found: set[UUID] = set()
    for message in messages:
        if message.author_id is not None:
            found.add(message.author_id)
        event = message.event or {}
        found |= {UUID(event[field]) for field in ("actor_id", "to_id") if event.get(field)}
    return found


def message_as_seen(message: Written, known: Known) -> ChatMessage:
    """The message, its people by their names of today."""
    return ChatMessage(
        id=message.id,
        conversation_id=message.conversation_id,
        seq=message.seq,
        author=_author(message, known),
        text=message.text,
        note=message.note,
        sources=[ChatSource.model_validate(source) for source in message.sources],
        offers_person=message.offers_person,
        event=_event(message.event, known),
        client_id=message.client_id,
        created_at=message.created_at,
        edited_at=message.edited_at,
        deleted_at=message.deleted_at,
    )


def _author(message: Written, known: Known) -> ChatAuthor:
    if message.author_id is None:
        return ChatAuthor(kind=message.author_kind, name=message.author_name)
    person = known.person(message.author_id)
    return ChatAuthor(kind="person", id=person.id, name=person.name, role=message.author_role)


def _event(event: dict[str, Any] | None, known: Known) -> ChatEvent | None:
    if event is None:
        return None
    actor, to = (known.person(UUID(event[field])) if event.get(field) else None for field in ("actor_id", "to_id"))
    return ChatEvent(kind=event["kind"], actor=actor, to=to, reason=event.get("reason"))


def conversation_as_seen(
    row: Mapping[str, Any],
    participants: Sequence[tuple[PersonRow, int]],
    last: MessageRow | None,
    known: Known,
    with_presence: bool,
) -> ChatConversation:
    """The conversation of a row of `CONVERSATIONS`. Participants: who, and what they have read; `with_presence`: and
    whether they are online."""
    client, operator = (
        None if person is None else known.person(person) for person in (row["client_id"], row["operator_id"])
    )
    return ChatConversation(
        id=row["id"],
        kind=row["kind"],
        title=row["title"],
        state=row["state"],
        episode=row["episode"],
        client=client,
        operator=operator,
        participants=[_participant(person, read, row, known, with_presence) for person, read in participants],
        last_message=None if last is None else message_as_seen(last, known),
        last_seq=row["last_seq"],
        unread=row["unread"],
        waiting_since=row["waiting_since"],
        queue_position=row["queue_position"],
        answered_by=row["answered_by"],
        rated=row["rated"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def _participant(
    stored: PersonRow, last_read_seq: int, conversation: Mapping[str, Any], known: Known, with_presence: bool
) -> ChatParticipant:
    person = known.person(stored.id)
    in_support: Role = "client" if stored.id == conversation["client_id"] else "admin"
    return ChatParticipant(
        id=person.id,
        name=person.name,
        role=in_support if conversation["kind"] == "support" else stored.role,
        last_read_seq=last_read_seq,
        online=stored.online if with_presence else None,
    )
