"""Messages of conversations."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import select, update
from sqlalchemy.orm.attributes import set_committed_value
from uuid_utils.compat import uuid7

from contor.contracts.chat import AuthorKind
from contor.kernel.clock import now
from contor.kernel.database import Repository, raw
from contor.kernel.identity import Identity, Role
from contor.kernel.pagination import keyset_page
from contor.kernel.search import contains
from contor.services.chat.models import Conversation, StoredMessage
from contor.services.chat.repository.access import visible_to
from contor.services.chat.repository.rows import MessageRow, UserRow, message_columns, user_columns

# One round trip: number and store the message, move its author's read mark, return the author and the members.
APPEND = f"""
    WITH numbered AS (
        UPDATE conversations SET counter = counter + 1,
            last_seq = CASE WHEN $9::boolean THEN last_seq ELSE counter + 1 END,
            updated_at = CASE WHEN $9 THEN updated_at ELSE $3::timestamptz END
        WHERE id = $1 RETURNING counter, last_seq, updated_at
    ), written AS (
        INSERT INTO messages (id, conversation_id, seq, created_at, author_kind, author_id, author_role, author_name,
            text, note, sources, offers_person, client_id)
        SELECT $2::uuid, $1, counter, $3, $4::text, $5::uuid, $6::text, $7::text, $8::text, $9, $10::jsonb,
            $11::boolean, $12::uuid
        FROM numbered
        RETURNING *
    ), marked AS (
        INSERT INTO participants AS mark (conversation_id, user_id, member, last_read_seq, joined_at)
        SELECT $1, $5, false, counter, $3 FROM numbered WHERE $5 IS NOT NULL
        ON CONFLICT (conversation_id, user_id) DO UPDATE SET last_read_seq = excluded.last_read_seq
        WHERE mark.last_read_seq < excluded.last_read_seq
    )
    SELECT {message_columns("written", "message_")}, {user_columns("u", "author_")}, counter, last_seq, updated_at,
        ARRAY(SELECT user_id FROM participants WHERE conversation_id = $1 AND member) AS members
    FROM written CROSS JOIN numbered LEFT JOIN people u ON u.id = $5
"""  # noqa: S608  no value in it
SENT = f"""
    SELECT {message_columns("m")}, recent, recent_since
    FROM (
        SELECT count(*) AS recent, min(created_at) AS recent_since FROM messages
        WHERE author_id = $2 AND created_at > $4
    )
    LEFT JOIN messages m ON m.conversation_id = $1 AND m.author_id = $2 AND m.client_id = $3
"""  # noqa: S608
MAX_SEQ = 2**62
RANGE = f"""
    SELECT {message_columns("m")} FROM messages m
    WHERE conversation_id = $1 AND ($2 OR NOT note) AND seq {{beyond}} $3 ORDER BY seq {{order}} LIMIT $4
"""  # noqa: S608
FIRST, LAST = RANGE.format(beyond=">", order="ASC"), RANGE.format(beyond="<", order="DESC")


class Appended(NamedTuple):
    """A message just stored, its author if that is a user, and the members of its conversation."""

    message: MessageRow
    author: UserRow | None
    members: list[UUID]


class Sent(NamedTuple):
    """The stored message with the sender's client id, if any; the sender's number of recent messages, and the time of
    the first of them."""

    message: MessageRow | None
    recent: int
    recent_since: datetime | None


class MessageRepository(Repository):
    async def append(
        self,
        conversation: Conversation,
        *,
        author_kind: AuthorKind,
        text: str,
        author_id: UUID | None = None,
        author_role: Role | None = None,
        author_name: str | None = None,
        note: bool = False,
        sources: Sequence[Mapping[str, Any]] = (),
        offers_person: bool = False,
        client_id: UUID | None = None,
    ) -> Appended:
        """Store the next message of a conversation that this transaction has locked."""
        await self.session.flush()
        author = (author_kind, author_id, author_role, author_name)
        what = (text, note, msgspec.json.encode(sources).decode(), offers_person, client_id)
        row = await (await raw(self.session)).fetchrow(APPEND, conversation.id, uuid7(), now(), *author, *what)
        for field in ("counter", "last_seq", "updated_at"):
            set_committed_value(conversation, field, row[field])
        return Appended(MessageRow.of(row, "message_"), UserRow.of(row, "author_"), row["members"])

    async def add_system(self, conversation: Conversation, text: str, event: dict[str, Any]) -> StoredMessage:
        """Store the system message of a change of state, under the number that `ConversationRepository.move` took."""
        line = StoredMessage(
            conversation_id=conversation.id, seq=conversation.counter, author_kind="system", text=text, event=event
        )
        self.session.add(line)
        await self.session.flush()
        return line

    async def sent(self, conversation_id: UUID, author_id: UUID, client_id: UUID, since: datetime) -> Sent:
        """`Sent` counts the author's messages in all conversations since `since`."""
        row = await (await raw(self.session)).fetchrow(SENT, conversation_id, author_id, client_id, since)
        return Sent(MessageRow.of(row) if row["id"] is not None else None, row["recent"], row["recent_since"])

    async def get_range(
        self, conversation_id: UUID, *, notes: bool, after: int | None, before: int | None, limit: int
    ) -> list[MessageRow]:
        """In the order of `seq`: the first ones after `after`, else the last ones (before `before`)."""
        statement = LAST if after is None else FIRST
        beyond = (MAX_SEQ if before is None else before) if after is None else after
        rows = await (await raw(self.session)).fetch(statement, conversation_id, notes, beyond, limit)
        found = [MessageRow.of(row) for row in rows]
        return found if after is not None else found[::-1]

    async def get_for_update(self, conversation_id: UUID, message_id: UUID) -> StoredMessage | None:
        statement = select(StoredMessage).filter_by(conversation_id=conversation_id, id=message_id)
        found: StoredMessage | None = await self.session.scalar(statement.with_for_update())
        return found

    async def change(self, message: StoredMessage, **values: Any) -> None:
        await self.session.execute(update(StoredMessage).where(StoredMessage.id == message.id).values(**values))
        await self.session.refresh(message, list(values))

    async def search(
        self, identity: Identity, text: str, cursor: str | None, limit: int
    ) -> tuple[list[StoredMessage], str | None]:
        """Messages that contain `text` in the conversations that this user may see, newest first."""
        statement = (
            select(StoredMessage)
            .join(Conversation, Conversation.id == StoredMessage.conversation_id)
            .where(contains(StoredMessage.search, text), StoredMessage.author_kind != "system")
            .where(visible_to(identity, many=True))
        )
        if not identity.is_admin:
            statement = statement.where(StoredMessage.note.is_(False))
        key = (StoredMessage.created_at, StoredMessage.id)
        return await keyset_page(self.session, statement, key, cursor=cursor, limit=limit, descending=True)
