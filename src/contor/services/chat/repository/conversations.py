"""Conversations: who may see them, in what order they are listed, and how their state changes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, delete, exists, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from contor.contracts.chat import ConversationKind, ConversationState
from contor.kernel.clock import now
from contor.kernel.database import Repository, raw
from contor.kernel.identity import Identity
from contor.kernel.pagination import keyset_page
from contor.kernel.search import folded
from contor.services.chat.models import AnswerDue, CannedReply, Conversation, Participant, Rating
from contor.services.chat.schemas import View

MEMBERS = "SELECT user_id FROM participants WHERE conversation_id = $1 AND member"
READ = """
    INSERT INTO participants AS mark (conversation_id, user_id, member, last_read_seq, joined_at)
    VALUES ($1, $2, false, $3, $4)
    ON CONFLICT (conversation_id, user_id) DO UPDATE SET last_read_seq = $3 WHERE mark.last_read_seq < $3
    RETURNING user_id
"""


def visible(identity: Identity) -> ColumnElement[bool]:
    """Whether this person may see a conversation: support its client and administrators, the rest its members."""
    support = Conversation.kind == "support"
    member = exists().where(
        Participant.conversation_id == Conversation.id, Participant.user_id == identity.id, Participant.member
    )
    if identity.is_admin:
        return or_(support, member)
    return or_(and_(support, Conversation.client_id == identity.id), and_(Conversation.kind == "direct", member))


class ConversationRepository(Repository):
    async def get(self, conversation_id: UUID, identity: Identity, *, locked: bool = False) -> Conversation | None:
        """The conversation if this person may see it; `locked`: nobody else changes it before this transaction ends."""
        statement = select(Conversation).where(Conversation.id == conversation_id, visible(identity))
        if locked:
            statement = statement.with_for_update(of=Conversation)
        found: Conversation | None = await self.session.scalar(statement)
        return found

    async def can_see(self, conversation_id: UUID, identity: Identity) -> bool:
        statement = select(Conversation.id).where(Conversation.id == conversation_id, visible(identity))
        return await self.session.scalar(statement) is not None

    async def locked(self, conversation_id: UUID) -> Conversation | None:
        return await self.session.get(Conversation, conversation_id, with_for_update=True)

    async def support_of(self, client_id: UUID) -> Conversation | None:
        statement = select(Conversation).where(Conversation.client_id == client_id, Conversation.kind == "support")
        found: Conversation | None = await self.session.scalar(statement)
        return found

    async def add(self, **values: Any) -> Conversation | None:
        """A new conversation; None when there is one of that client, or of that pair, already."""
        at = now()
        started = {"id": uuid7(), "episode": 1, "counter": 0, "last_seq": 0, "created_at": at, "updated_at": at}
        new = insert(Conversation).values(started | values).on_conflict_do_nothing()
        added: Conversation | None = await self.session.scalar(new.returning(Conversation))
        return added

    async def of_pair(self, pair: str) -> Conversation | None:
        found: Conversation | None = await self.session.scalar(select(Conversation).where(Conversation.pair == pair))
        return found

    async def page(
        self,
        identity: Identity,
        *,
        kind: ConversationKind | None,
        state: ConversationState | None,
        view: View,
        cursor: str | None,
        limit: int,
    ) -> tuple[list[UUID], str | None]:
        """Ids of what this person sees in `view`: the longest waiting first, else the latest active first."""
        statement = select(Conversation.id) if view != "mine" else _own(identity)
        if view != "mine":
            statement = statement.where(Conversation.kind == "support")
        if view in ("waiting", "resolved"):
            statement = statement.where(Conversation.state == ("resolved" if view == "resolved" else "waiting_human"))
        if kind is not None:
            statement = statement.where(Conversation.kind == kind)
        if state is not None:
            statement = statement.where(Conversation.state == state)
        waiting = view == "waiting"
        key = (Conversation.waiting_since if waiting else Conversation.updated_at, Conversation.id)
        return await keyset_page(self.session, statement, key, cursor=cursor, limit=limit, descending=not waiting)

    async def move(
        self,
        conversation_id: UUID,
        episode: int,
        expected: Sequence[ConversationState],
        /,
        *also: ColumnElement[bool],
        **values: Any,
    ) -> Conversation | None:
        """Compare and set: the conversation as it is now, one message longer; None if it was not as expected."""
        moved = (
            update(Conversation)
            .where(Conversation.id == conversation_id, Conversation.episode == episode)
            .where(Conversation.state.in_(expected), *also)
            .values(counter=Conversation.counter + 1, last_seq=Conversation.counter + 1, updated_at=now(), **values)
            .returning(Conversation)
            .execution_options(populate_existing=True)
        )
        conversation: Conversation | None = await self.session.scalar(moved)
        if conversation is not None:
            await self.session.execute(delete(AnswerDue).where(AnswerDue.conversation_id == conversation_id))
        return conversation

    async def members(self, conversation_id: UUID) -> list[UUID]:
        rows = await (await raw(self.session)).fetch(MEMBERS, conversation_id)
        return [row["user_id"] for row in rows]

    async def join(self, conversation_id: UUID, people: Sequence[UUID]) -> None:
        rows = [
            {"conversation_id": conversation_id, "user_id": p, "member": True, "last_read_seq": 0, "joined_at": now()}
            for p in sorted(people)
        ]
        joined = insert(Participant).values(rows)
        await self.session.execute(
            joined.on_conflict_do_update(
                index_elements=[Participant.conversation_id, Participant.user_id], set_={"member": True}
            )
        )

    async def read(self, conversation_id: UUID, person_id: UUID, seq: int) -> bool:
        """Whether the person's mark moved: it never goes back. Who is no member becomes none by reading."""
        moved = await (await raw(self.session)).fetchval(READ, conversation_id, person_id, seq, now())
        return moved is not None

    async def rate(self, conversation: Conversation, score: int, comment: str | None) -> None:
        given = {"score": score, "comment": comment, "operator_id": conversation.operator_id, "rated_at": now()}
        rating = insert(Rating).values(conversation_id=conversation.id, episode=conversation.episode, **given)
        key = [Rating.conversation_id, Rating.episode]
        await self.session.execute(rating.on_conflict_do_update(index_elements=key, set_=given))

    async def operated_by(self, operator_id: UUID) -> Sequence[Conversation]:
        """What this operator has in hand, oldest first."""
        statement = select(Conversation).where(
            Conversation.operator_id == operator_id, Conversation.state == "human_active"
        )
        return (await self.session.scalars(statement.order_by(Conversation.id))).all()


class DueRepository(Repository):
    async def add(self, conversation: Conversation, question_seq: int, due_at: datetime) -> None:
        self.session.add(
            AnswerDue(
                conversation_id=conversation.id,
                question_seq=question_seq,
                episode=conversation.episode,
                due_at=due_at,
            )
        )
        await self.session.flush()

    async def take(self, conversation_id: UUID, question_seq: int) -> bool:
        """Whether an answer was still due to this question; from now on none is."""
        due = delete(AnswerDue).where(
            AnswerDue.conversation_id == conversation_id, AnswerDue.question_seq == question_seq
        )
        return (await self.session.execute(due.returning(AnswerDue.question_seq))).first() is not None

    async def overdue(self, limit: int) -> list[tuple[UUID, int]]:
        """Conversations, with their episode, in which an answer should have come by now."""
        statement = select(AnswerDue.conversation_id, AnswerDue.episode).where(AnswerDue.due_at < now())
        rows = await self.session.execute(statement.order_by(AnswerDue.due_at).limit(limit))
        return list(dict.fromkeys((row.conversation_id, row.episode) for row in rows))

    async def forget(self, conversation_id: UUID, episode: int) -> None:
        due = delete(AnswerDue).where(AnswerDue.conversation_id == conversation_id, AnswerDue.episode <= episode)
        await self.session.execute(due)


class CannedReplyRepository(Repository):
    async def page(self, cursor: str | None, limit: int) -> tuple[list[CannedReply], str | None]:
        key = (folded(CannedReply.title), CannedReply.id)
        return await keyset_page(self.session, select(CannedReply), key, cursor=cursor, limit=limit)

    async def get(self, reply_id: UUID) -> CannedReply | None:
        return await self.session.get(CannedReply, reply_id, with_for_update=True)

    async def add(self, reply: CannedReply) -> None:
        self.session.add(reply)
        await self.session.flush()

    async def remove(self, reply: CannedReply) -> None:
        await self.session.delete(reply)
        await self.session.flush()


def _own(identity: Identity) -> Select[UUID]:
    """The conversations a person is in now: as a member, as the client, or as the operator who has it in hand."""
    mine = [Conversation.kind == "direct", Conversation.client_id == identity.id]
    if identity.is_admin:
        mine.append(and_(Conversation.operator_id == identity.id, Conversation.state == "human_active"))
    return (
        select(Conversation.id)
        .join(Participant, Participant.conversation_id == Conversation.id)
        .where(Participant.user_id == identity.id, Participant.member, or_(*mine))
    )
