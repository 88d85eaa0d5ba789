"""Messages of conversations."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from contor.kernel.identity import Identity
from contor.kernel.message import now
from contor.kernel.repository import Repository, keyset_page
from contor.kernel.search import contains
from contor.services.chat.models import Conversation, Participant, StoredMessage


class MessageRepository(Repository):
    async def append(self, conversation: Conversation, **values: Any) -> StoredMessage:
        """The next message of a conversation that this transaction has locked."""
        message = StoredMessage(conversation_id=conversation.id, seq=conversation.counter + 1, **values)
        numbered = {"counter": message.seq} | ({} if message.note else {"last_seq": message.seq, "updated_at": now()})
        for field, value in numbered.items():
            setattr(conversation, field, value)
        self.session.add(message)
        await self.session.flush()
        return message

    async def add_line(self, conversation: Conversation, text: str, event: dict[str, Any]) -> StoredMessage:
        """The system line of a transition, under the number the transition took."""
        line = StoredMessage(
            conversation_id=conversation.id, seq=conversation.counter, author_kind="system", text=text, event=event
        )
        self.session.add(line)
        await self.session.flush()
        return line

    async def sent(self, conversation_id: UUID, author_id: UUID, client_id: UUID) -> StoredMessage | None:
        """What this person already sent under that id of their own."""
        statement = select(StoredMessage).where(
            StoredMessage.conversation_id == conversation_id,
            StoredMessage.author_id == author_id,
            StoredMessage.client_id == client_id,
        )
        found: StoredMessage | None = await self.session.scalar(statement)
        return found

    async def recent_of(self, author_id: UUID, since: datetime) -> tuple[int, datetime | None]:
        """How many messages a person wrote since then, and when the first of them."""
        statement = select(func.count(), func.min(StoredMessage.created_at)).where(
            StoredMessage.author_id == author_id, StoredMessage.created_at > since
        )
        count, first = (await self.session.execute(statement)).one()
        return count, first

    async def listed(
        self, conversation_id: UUID, *, notes: bool, after: int | None, before: int | None, limit: int
    ) -> Sequence[StoredMessage]:
        """Messages in their order: the first ones after `after`, else the last ones (before `before`)."""
        statement = select(StoredMessage).where(StoredMessage.conversation_id == conversation_id)
        if not notes:
            statement = statement.where(StoredMessage.note.is_(False))
        if before is not None:
            statement = statement.where(StoredMessage.seq < before)
        if after is not None:
            statement = statement.where(StoredMessage.seq > after).order_by(StoredMessage.seq)
            return (await self.session.scalars(statement.limit(limit))).all()
        found = await self.session.scalars(statement.order_by(StoredMessage.seq.desc()).limit(limit))
        return found.all()[::-1]

    async def last_of(self, conversation_ids: Sequence[UUID]) -> Sequence[StoredMessage]:
        """The last message, notes apart, of each of these conversations."""
        newest = and_(Conversation.id == StoredMessage.conversation_id, Conversation.last_seq == StoredMessage.seq)
        statement = select(StoredMessage).join(Conversation, newest).where(Conversation.id.in_(conversation_ids))
        return (await self.session.scalars(statement)).all()

    async def get(self, conversation_id: UUID, message_id: UUID) -> StoredMessage | None:
        """The message, which nobody else changes before this transaction ends."""
        statement = select(StoredMessage).where(
            StoredMessage.conversation_id == conversation_id, StoredMessage.id == message_id
        )
        found: StoredMessage | None = await self.session.scalar(statement.with_for_update())
        return found

    async def change(self, message: StoredMessage, **values: Any) -> None:
        await self.session.execute(update(StoredMessage).where(StoredMessage.id == message.id).values(**values))
        await self.session.refresh(message, list(values))

    async def search(
        self, identity: Identity, text: str, cursor: str | None, limit: int
    ) -> tuple[list[StoredMessage], str | None]:
        """Messages that contain `text` in the conversations this person is in, newest first."""
        statement = (
            select(StoredMessage)
            .join(Conversation, Conversation.id == StoredMessage.conversation_id)
            .where(contains(StoredMessage.search, text), StoredMessage.author_kind != "system")
            .where(_searchable(identity))
        )
        if not identity.is_admin:
            statement = statement.where(StoredMessage.note.is_(False))
        key = (StoredMessage.created_at, StoredMessage.id)
        return await keyset_page(self.session, statement, key, cursor=cursor, limit=limit, descending=True)


def _searchable(identity: Identity) -> ColumnElement[bool]:
    member = select(Participant.conversation_id).where(Participant.user_id == identity.id, Participant.member)
    direct = and_(Conversation.kind == "direct", Conversation.id.in_(member))
    if identity.is_admin:
        return or_(Conversation.kind == "support", direct)
    return or_(and_(Conversation.kind == "support", Conversation.client_id == identity.id), direct)
