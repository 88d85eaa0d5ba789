"""What a conversation looks like to one person, made of a few statements for any number of conversations."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from contor.contracts.chat import (
    ChatAuthor,
    ChatConversation,
    ChatEvent,
    ChatMessage,
    ChatParticipant,
    ChatPerson,
    ChatSource,
)
from contor.kernel.identity import Identity
from contor.kernel.repository import Repository
from contor.services.chat.models import Conversation, Participant, Person, StoredMessage
from contor.services.chat.repository.messages import MessageRepository
from contor.services.chat.repository.people import PeopleRepository
from contor.services.chat.schemas import Unread

UNREAD = """
    SELECT count(*) FROM (
        SELECT FROM messages m
        WHERE m.conversation_id = c.id AND m.seq > coalesce(p.last_read_seq, 0) AND m.author_kind <> 'system'
          AND m.author_id IS DISTINCT FROM :viewer AND m.deleted_at IS NULL AND (:admin OR NOT m.note)
        LIMIT 100
    ) unread
"""
STANDING = text(f"""
    SELECT c.id, r.score AS rated, ({UNREAD}) AS unread,
        CASE WHEN c.state = 'waiting_human' THEN (
            SELECT count(*) FROM conversations w
            WHERE w.state = 'waiting_human' AND (w.waiting_since, w.id) <= (c.waiting_since, c.id)
        ) END AS queue_position
    FROM conversations c
    LEFT JOIN participants p ON p.conversation_id = c.id AND p.user_id = :viewer
    LEFT JOIN ratings r ON r.conversation_id = c.id AND r.episode = c.episode
    WHERE c.id = ANY(:ids)
""")  # noqa: S608  no value in it
TOTAL_UNREAD = text(f"""
    SELECT least(coalesce(sum(n), 0), 100)::bigint AS total, count(*) FILTER (WHERE n > 0) AS conversations,
        least(coalesce(sum(n) FILTER (WHERE kind = 'support'), 0), 100)::bigint AS support
    FROM (
        SELECT c.kind, ({UNREAD}) AS n
        FROM (
            SELECT conversation_id AS id FROM participants WHERE user_id = :viewer AND member
            UNION SELECT id FROM conversations WHERE state = 'waiting_human' AND :admin
        ) mine
        JOIN conversations c USING (id)
        LEFT JOIN participants p ON p.conversation_id = c.id AND p.user_id = :viewer
        WHERE c.counter > coalesce(p.last_read_seq, 0)
          AND (c.kind = 'direct' OR c.client_id = :viewer
               OR :admin AND (c.operator_id = :viewer OR c.state = 'waiting_human'))
        LIMIT 100
    ) counted
""")  # noqa: S608


class Views(Repository):
    """Conversations and messages as their readers get them."""

    async def conversations(
        self, conversations: Sequence[Conversation], viewer: Identity | None
    ) -> list[ChatConversation]:
        """In the order given. Without a viewer, what depends on one is null: that form is pushed."""
        ids = [conversation.id for conversation in conversations]
        if not ids:
            return []
        last = {m.conversation_id: m for m in await MessageRepository(self.session).last_of(ids)}
        participants = await self._participants(ids)
        standing = await self._standing(ids, viewer)
        named = {p.user_id for members in participants.values() for p in members}
        named |= {i for c in conversations for i in (c.client_id, c.operator_id) if i is not None}
        named |= people_in(last.values())
        people = PeopleRepository(self.session)
        known, online = await people.by_id(named), await people.online(named) if viewer else None
        return [
            _conversation(c, participants.get(c.id, ()), last.get(c.id), known, online, standing.get(c.id))
            for c in conversations
        ]

    async def messages(self, messages: Sequence[StoredMessage]) -> list[ChatMessage]:
        known = await PeopleRepository(self.session).by_id(people_in(messages))
        return [message_as_seen(message, known) for message in messages]

    async def total_unread(self, viewer: Identity) -> Unread:
        row = (await self.session.execute(TOTAL_UNREAD, {"viewer": viewer.id, "admin": viewer.is_admin})).one()
        return Unread(total=row.total, conversations=row.conversations, support=row.support)

    async def _participants(self, ids: Sequence[UUID]) -> dict[UUID, list[Participant]]:
        statement = select(Participant).where(Participant.conversation_id.in_(ids), Participant.member)
        found: dict[UUID, list[Participant]] = {}
        for participant in await self.session.scalars(statement.order_by(Participant.joined_at, Participant.user_id)):
            found.setdefault(participant.conversation_id, []).append(participant)
        return found

    async def _standing(self, ids: Sequence[UUID], viewer: Identity | None) -> dict[UUID, Any]:
        asked = {"ids": list(ids), "viewer": viewer and viewer.id, "admin": viewer is not None and viewer.is_admin}
        rows = await self.session.execute(STANDING, asked)
        hidden = {} if viewer else {"unread": None, "queue_position": None}
        return {row.id: {k: v for k, v in row._mapping.items() if k != "id"} | hidden for row in rows}


def people_in(messages: Iterable[StoredMessage]) -> set[UUID]:
    """Everybody a rendered message names."""
    found: set[UUID] = set()
    for message in messages:
        if message.author_id is not None:
            found.add(message.author_id)
        event = message.event or {}
        found |= {UUID(event[field]) for field in ("actor_id", "to_id") if event.get(field)}
    return found


def message_as_seen(message: StoredMessage, known: Mapping[UUID, Person]) -> ChatMessage:
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


def _author(message: StoredMessage, known: Mapping[UUID, Person]) -> ChatAuthor:
    if message.author_id is None:
        return ChatAuthor(kind=message.author_kind, name=message.author_name)
    person = person_as_seen(message.author_id, known)
    return ChatAuthor(kind="person", id=person.id, name=person.name, role=message.author_role)


def _event(event: dict[str, Any] | None, known: Mapping[UUID, Person]) -> ChatEvent | None:
    if event is None:
        return None
    actor, to = (
        person_as_seen(UUID(event[field]), known) if event.get(field) else None for field in ("actor_id", "to_id")
    )
    return ChatEvent(kind=event["kind"], actor=actor, to=to, reason=event.get("reason"))


def person_as_seen(person_id: UUID, known: Mapping[UUID, Person]) -> ChatPerson:
    """Id and name; neither of somebody who was deleted."""
    person = known.get(person_id)
    if person is not None and person.deleted:
        return ChatPerson(id=None, name=None)
    return ChatPerson(id=person_id, name=person.name if person else None)


def _conversation(
    conversation: Conversation,
    participants: Sequence[Participant],
    last: StoredMessage | None,
    known: Mapping[UUID, Person],
    online: set[UUID] | None,
    standing: Mapping[str, Any] | None,
) -> ChatConversation:
    client, operator = (
        None if person is None else person_as_seen(person, known)
        for person in (conversation.client_id, conversation.operator_id)
    )
    return ChatConversation(
        id=conversation.id,
        kind=conversation.kind,
        title=conversation.title,
        state=conversation.state,
        episode=conversation.episode,
        client=client,
        operator=operator,
        participants=[_participant(p, conversation, known, online) for p in participants],
        last_message=None if last is None else message_as_seen(last, known),
        last_seq=conversation.last_seq,
        waiting_since=conversation.waiting_since,
        answered_by=conversation.answered_by,
        created_at=conversation.created_at,
        updated_at=conversation.updated_at,
        **(standing or {}),
    )


def _participant(
    participant: Participant, conversation: Conversation, known: Mapping[UUID, Person], online: set[UUID] | None
) -> ChatParticipant:
    person = person_as_seen(participant.user_id, known)
    in_support = "client" if participant.user_id == conversation.client_id else "admin"
    stored = known.get(participant.user_id)
    return ChatParticipant(
        id=person.id,
        name=person.name,
        role=in_support if conversation.kind == "support" or stored is None else stored.role,
        last_read_seq=participant.last_read_seq,
        online=None if online is None else participant.user_id in online,
    )
