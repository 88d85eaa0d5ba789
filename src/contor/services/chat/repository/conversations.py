"""Conversations: their lists, members, read marks, ratings and changes of state."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from contor.contracts.chat import ConversationState
from contor.kernel.clock import now
from contor.kernel.database import Repository, raw
from contor.kernel.identity import Identity
from contor.kernel.pagination import keyset_page
from contor.services.chat.models import Conversation, Participant, PendingAnswer, Rating
from contor.services.chat.repository.access import visible_to
from contor.services.chat.schemas import ConversationFilter, View

MEMBERS = "SELECT user_id FROM participants WHERE conversation_id = $1 AND member"
MARK_READ = """
    INSERT INTO participants AS mark (conversation_id, user_id, member, last_read_seq, joined_at)
    VALUES ($1, $2, false, $3, $4)
    ON CONFLICT (conversation_id, user_id) DO UPDATE SET last_read_seq = $3 WHERE mark.last_read_seq < $3
    RETURNING user_id
"""


class ConversationRepository(Repository):
    async def get_visible(
        self, conversation_id: UUID, identity: Identity, *, for_update: bool = False
    ) -> Conversation | None:
        """None if there is none that this user may see; `for_update` locks it until the transaction ends."""
        statement = select(Conversation).where(Conversation.id == conversation_id, visible_to(identity))
        if for_update:
            statement = statement.with_for_update(of=Conversation)
        found: Conversation | None = await self.session.scalar(statement)
        return found

    async def is_visible(self, conversation_id: UUID, identity: Identity) -> bool:
        statement = select(Conversation.id).where(Conversation.id == conversation_id, visible_to(identity))
        return await self.session.scalar(statement) is not None

    async def get_for_update(self, conversation_id: UUID) -> Conversation | None:
        return await self.session.get(Conversation, conversation_id, with_for_update=True)

    async def get_support(self, client_id: UUID) -> Conversation | None:
        statement = select(Conversation).where(Conversation.client_id == client_id, Conversation.kind == "support")
        found: Conversation | None = await self.session.scalar(statement)
        return found

    async def add(
        self, *, client_id: UUID | None = None, pair: str | None = None, **values: Any
    ) -> tuple[Conversation, bool]:
        """The conversation and whether it is new: this client, or this pair of users, may have one already."""
        at = now()
        initial = {"id": uuid7(), "episode": 1, "counter": 0, "last_seq": 0, "created_at": at, "updated_at": at}
        new = insert(Conversation).values(initial | values | {"client_id": client_id, "pair": pair})
        added = await self.session.scalar(new.on_conflict_do_nothing().returning(Conversation))
        if added is not None:
            return added, True
        same = Conversation.pair == pair if client_id is None else Conversation.client_id == client_id
        return (await self.session.scalars(select(Conversation).where(same))).one(), False

    async def page(self, identity: Identity, wanted: ConversationFilter) -> tuple[list[UUID], str | None]:
        """Ids in the order of the view: `waiting` the longest waiting first, the others the newest activity first.

        The views other than `mine` are not restricted to what the user may see: they are for administrators.
        """
        statement = _involving(identity) if wanted.view == "mine" else _support(wanted.view)
        if wanted.kind is not None:
            statement = statement.where(Conversation.kind == wanted.kind)
        if wanted.state is not None:
            statement = statement.where(Conversation.state == wanted.state)
        waiting = wanted.view == "waiting"
        key = (Conversation.waiting_since if waiting else Conversation.updated_at, Conversation.id)
        return await keyset_page(
            self.session, statement, key, cursor=wanted.cursor, limit=wanted.limit, descending=not waiting
        )

    async def move(
        self, conversation: Conversation, expected: Sequence[ConversationState], *, same_operator: bool, **values: Any
    ) -> Conversation | None:
        """Compare and set: change the conversation and take the next message number; None if its state, its episode or,
        with `same_operator`, its operator is not as expected.

        Its pending answers are deleted.
        """
        moved = (
            update(Conversation)
            .where(Conversation.id == conversation.id, Conversation.episode == conversation.episode)
            .where(Conversation.state.in_(expected))
            .values(counter=Conversation.counter + 1, last_seq=Conversation.counter + 1, updated_at=now(), **values)
            .returning(Conversation)
            .execution_options(populate_existing=True)
        )
        if same_operator:
            moved = moved.where(Conversation.operator_id.is_not_distinct_from(conversation.operator_id))
        found: Conversation | None = await self.session.scalar(moved)
        if found is not None:
            await self.session.execute(delete(PendingAnswer).where(PendingAnswer.conversation_id == found.id))
        return found

    async def list_members(self, conversation_id: UUID) -> list[UUID]:
        rows = await (await raw(self.session)).fetch(MEMBERS, conversation_id)
        return [row["user_id"] for row in rows]

    async def add_members(self, conversation_id: UUID, users: Sequence[UUID]) -> None:
        rows = [
            {"conversation_id": conversation_id, "user_id": u, "member": True, "last_read_seq": 0, "joined_at": now()}
            for u in sorted(users)
        ]
        key = [Participant.conversation_id, Participant.user_id]
        added = insert(Participant).values(rows).on_conflict_do_update(index_elements=key, set_={"member": True})
        await self.session.execute(added)

    async def mark_read(self, conversation_id: UUID, user_id: UUID, seq: int) -> bool:
        """Move the user's read mark forward, never back; whether it moved. Does not make the user a member."""
        moved = await (await raw(self.session)).fetchval(MARK_READ, conversation_id, user_id, seq, now())
        return moved is not None

    async def upsert_rating(self, conversation: Conversation, score: int, comment: str | None) -> None:
        values = {"score": score, "comment": comment, "operator_id": conversation.operator_id, "rated_at": now()}
        rating = insert(Rating).values(conversation_id=conversation.id, episode=conversation.episode, **values)
        key = [Rating.conversation_id, Rating.episode]
        await self.session.execute(rating.on_conflict_do_update(index_elements=key, set_=values))

    async def list_claimed_by(self, operator_id: UUID) -> Sequence[Conversation]:
        """Oldest first."""
        statement = select(Conversation).filter_by(operator_id=operator_id, state="human_active")
        return (await self.session.scalars(statement.order_by(Conversation.id))).all()


def _involving(identity: Identity) -> Select[UUID]:
    """Conversations with this user as a member of a direct one, as the client, or as the operator who claimed it."""
    roles = [Conversation.kind == "direct", Conversation.client_id == identity.id]
    if identity.is_admin:
        roles.append(and_(Conversation.operator_id == identity.id, Conversation.state == "human_active"))
    return (
        select(Conversation.id)
        .join(Participant, Participant.conversation_id == Conversation.id)
        .where(Participant.user_id == identity.id, Participant.member, or_(*roles))
    )


def _support(view: View) -> Select[UUID]:
    statement = select(Conversation.id).where(Conversation.kind == "support")
    if view == "all":
        return statement
    return statement.where(Conversation.state == ("resolved" if view == "resolved" else "waiting_human"))
