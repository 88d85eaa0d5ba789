"""Conversations as lists show them, in a fixed number of statements for any number of conversations."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg

from contor.kernel.database import Repository, raw
from contor.kernel.identity import Identity
from contor.services.chat.repository.rows import UserRow, message_columns, user_columns

# $1 is the viewer's id or null; $2 whether the viewer is an administrator.
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
    FROM unnest($3::uuid[]) WITH ORDINALITY AS wanted (id, place)
    JOIN conversations c ON c.id = wanted.id
    LEFT JOIN LATERAL (
        SELECT m.seq FROM messages m
        WHERE m.conversation_id = c.id AND m.author_kind <> 'system' AND NOT m.note ORDER BY m.seq DESC LIMIT 1
    ) written ON true
    LEFT JOIN messages newest ON newest.conversation_id = c.id AND newest.seq = coalesce(written.seq, c.last_seq)
    LEFT JOIN participants p ON p.conversation_id = c.id AND p.user_id = $1
    LEFT JOIN ratings r ON r.conversation_id = c.id AND r.episode = c.episode
    ORDER BY wanted.place
"""  # noqa: S608  no value in it
MEMBERS = f"""
    SELECT m.conversation_id, m.last_read_seq, {user_columns("u")}
    FROM participants m JOIN people u ON u.id = m.user_id
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


class SummaryRepository(Repository):
    async def conversations(self, ids: Sequence[UUID], viewer: Identity | None) -> Sequence[Mapping[str, Any]]:
        """Rows of `CONVERSATIONS` in the order of `ids`; without a viewer, `unread` and `queue_position` are null."""
        connection = await self._connection()
        rows: list[asyncpg.Record] = await connection.fetch(
            CONVERSATIONS, viewer and viewer.id, viewer is not None and viewer.is_admin, list(ids)
        )
        return rows

    async def members(self, ids: Sequence[UUID]) -> dict[UUID, list[tuple[UserRow, int]]]:
        """The members of each conversation with their read marks, in the order of joining."""
        found: dict[UUID, list[tuple[UserRow, int]]] = {}
        for conversation_id, last_read_seq, *user in await (await self._connection()).fetch(MEMBERS, list(ids)):
            found.setdefault(conversation_id, []).append((UserRow(*user), last_read_seq))
        return found

    async def total_unread(self, viewer: Identity) -> Mapping[str, int]:
        """Of the viewer's conversations and, for administrators, the waiting ones: `total`, `conversations`,
        `support`."""
        return dict(await (await self._connection()).fetchrow(TOTAL_UNREAD, viewer.id, viewer.is_admin))

    async def _connection(self) -> asyncpg.Connection:
        await self.session.flush()  # these statements bypass the session, so pending changes must be sent first
        return await raw(self.session)
