"""What a conversation looks like to one person, made of a few statements for any number of conversations."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from contor.contracts.chat import ChatConversation, ChatMessage
from contor.kernel.database import Repository, raw
from contor.kernel.identity import Identity
from contor.services.chat.repository.people import PeopleRepository
from contor.services.chat.repository.rows import MessageRow, PersonRow, message_columns, person_columns
from contor.services.chat.schemas import Unread
from contor.services.chat.service.rendering import Known, Written, conversation_as_seen, message_as_seen, people_in

# $1 is the viewer, null for nobody; $2 whether that is an administrator.
UNREAD = """
    SELECT count(*) FROM (
        SELECT FROM messages m
        WHERE m.conversation_id = c.id AND m.seq > coalesce(p.last_read_seq, 0) AND m.author_kind <> 'system'
          AND m.author_id IS DISTINCT FROM $1 AND m.deleted_at IS NULL AND ($2 OR NOT m.note)
        LIMIT 100
    ) unread
"""
CONVERSATIONS = f"""
    SELECT c.id, c.kind, c.title, c.state, c.episode, c.client_id, c.operator_id, c.last_seq, c.waiting_since,
        c.answered_by, c.created_at, c.updated_at, r.score AS rated,
        CASE WHEN $1::uuid IS NULL THEN NULL WHEN c.counter > coalesce(p.last_read_seq, 0) THEN ({UNREAD})
             ELSE 0 END AS unread,
        CASE WHEN $1 IS NOT NULL AND c.state = 'waiting_human' THEN (
            SELECT count(*) FROM conversations w
            WHERE w.state = 'waiting_human' AND (w.waiting_since, w.id) <= (c.waiting_since, c.id)
        ) END AS queue_position,
        {message_columns("newest", "last_message_")}
    FROM unnest($3::uuid[]) WITH ORDINALITY AS asked (id, place)
    JOIN conversations c ON c.id = asked.id
    LEFT JOIN LATERAL (
        SELECT m.seq FROM messages m
        WHERE m.conversation_id = c.id AND m.author_kind <> 'system' AND NOT m.note ORDER BY m.seq DESC LIMIT 1
    ) said ON true
    LEFT JOIN messages newest ON newest.conversation_id = c.id AND newest.seq = coalesce(said.seq, c.last_seq)
    LEFT JOIN participants p ON p.conversation_id = c.id AND p.user_id = $1
    LEFT JOIN ratings r ON r.conversation_id = c.id AND r.episode = c.episode
    ORDER BY asked.place
"""  # noqa: S608  no value in it
PARTICIPANTS = f"""
    SELECT m.conversation_id, m.last_read_seq, {person_columns("p")}
    FROM participants m JOIN people p ON p.id = m.user_id
    WHERE m.conversation_id = ANY($1) AND m.member ORDER BY m.joined_at, m.user_id
"""  # noqa: S608
TOTAL_UNREAD = f"""
    SELECT least(coalesce(sum(n), 0), 100)::bigint AS total, count(*) FILTER (WHERE n > 0) AS conversations,
        least(coalesce(sum(n) FILTER (WHERE kind = 'support'), 0), 100)::bigint AS support
    FROM (
        SELECT c.kind, ({UNREAD}) AS n
        FROM (
            SELECT conversation_id AS id FROM participants WHERE user_id = $1 AND member
            UNION SELECT id FROM conversations WHERE state = 'waiting_human' AND $2
        ) mine
        JOIN conversations c USING (id)
        LEFT JOIN participants p ON p.conversation_id = c.id AND p.user_id = $1
        WHERE c.counter > coalesce(p.last_read_seq, 0)
          AND (c.kind = 'direct' OR c.client_id = $1 OR $2 AND (c.operator_id = $1 OR c.state = 'waiting_human'))
        LIMIT 100
    ) counted
"""  # noqa: S608


class Views(Repository):
    """Conversations and messages as their readers get them."""

    async def conversations(self, ids: Sequence[UUID], viewer: Identity | None) -> list[ChatConversation]:
        """In the order given. Without a viewer, what depends on one is null: that form is pushed."""
        if not ids:
            return []
        connection = await self._connection()
        asked = (viewer and viewer.id, viewer is not None and viewer.is_admin, list(ids))
        rows = await connection.fetch(CONVERSATIONS, *asked)
        participants: dict[UUID, list[tuple[PersonRow, int]]] = {}
        for conversation_id, last_read_seq, *person in await connection.fetch(PARTICIPANTS, list(ids)):
            participants.setdefault(conversation_id, []).append((PersonRow(*person), last_read_seq))
        last = {row["id"]: MessageRow.of(row, "last_message_") for row in rows if row["last_message_id"] is not None}
        known = await self._known(
            people_in(last.values()) | {i for row in rows for i in (row["client_id"], row["operator_id"]) if i},
            {person.id: person for members in participants.values() for person, _ in members},
        )
        return [
            conversation_as_seen(row, participants.get(row["id"], ()), last.get(row["id"]), known, viewer is not None)
            for row in rows
        ]

    async def messages(self, messages: Sequence[Written]) -> list[ChatMessage]:
        known = await self._known(people_in(messages), {})
        return [message_as_seen(message, known) for message in messages]

    async def total_unread(self, viewer: Identity) -> Unread:
        row = await (await self._connection()).fetchrow(TOTAL_UNREAD, viewer.id, viewer.is_admin)
        return Unread(total=row["total"], conversations=row["conversations"], support=row["support"])

    async def _known(self, named: set[UUID], there: dict[UUID, PersonRow]) -> Known:
        """Who is named; most are `there` already, for the participants were read with their names."""
        return Known(there | await PeopleRepository(self.session).by_id(named - there.keys()))

    async def _connection(self) -> asyncpg.Connection:
        await self.session.flush()  # what was changed is seen by statements that the session does not make
        return await raw(self.session)
