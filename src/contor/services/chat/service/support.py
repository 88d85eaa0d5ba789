"""Who a client's conversation belongs to: the assistant, the queue or an operator, exactly one of them at any time.

Every transition compares state and episode and sets the new ones in one statement, writes one system line and tells of
it once; of two who try the same, one wins and the other is told.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession

from contor.contracts.chat import ConversationState, Transition
from contor.kernel.clock import now
from contor.kernel.errors import Invalid, NotFound, Problem
from contor.kernel.identity import Forbidden, Identity
from contor.services.chat.models import Conversation
from contor.services.chat.repository.conversations import ConversationRepository
from contor.services.chat.repository.messages import MessageRepository
from contor.services.chat.repository.people import PeopleRepository
from contor.services.chat.service.events import say_standing

LINES: dict[Transition, str] = {
    "handed_over": "Waiting for a person.",
    "claimed": "A person takes over.",
    "assigned": "Handed to a colleague.",
    "released": "The assistant answers again.",
    "resolved": "Resolved.",
    "reopened": "Opened again.",
}
OPEN: tuple[ConversationState, ...] = ("ai_active", "waiting_human")
HELD: tuple[ConversationState, ...] = ("human_active",)


class InvalidState(Problem):
    """The state forbids what was asked; the detail names it."""

    status = 409
    code = "invalid_state"

    def __init__(self, conversation: Conversation, wanted: str) -> None:
        super().__init__(f"The conversation is {conversation.state or 'direct'}: {wanted}.")


class AlreadyClaimed(Problem):
    status = 409
    code = "already_claimed"
    detail = "The conversation is human_active: another operator has it."


class UnknownOperator(Invalid):
    code = "unknown_operator"

    def __init__(self, operator_id: UUID) -> None:
        super().__init__("operator_id", f"there is no administrator {operator_id}")


class Support:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._conversations = ConversationRepository(session)

    async def hand_over(
        self, conversation: Conversation, reason: str | None, actor: UUID | None = None
    ) -> Conversation | None:
        """From the assistant to the queue; None when it was no longer the assistant's."""
        return await self._move(
            conversation,
            ("ai_active",),
            "handed_over",
            {"actor_id": actor, "reason": reason},
            state="waiting_human",
            waiting_since=now(),
        )

    async def ask_for_person(self, conversation_id: UUID, reason: str | None, client: Identity) -> Conversation:
        """What a client can always do; asked again while they wait, it changes nothing."""
        conversation = await self._seen(conversation_id, client)
        if conversation.client_id != client.id:
            raise Forbidden("Asking for a person is for the client of the conversation.")
        if conversation.state == "resolved":
            conversation = await self.reopen(conversation, conversation.answered_by) or conversation
        moved = await self.hand_over(conversation, reason, client.id)
        if moved is None:
            moved = await self._seen(conversation_id, client)
            if moved.state != "waiting_human":
                raise InvalidState(moved, "a person has it already")
        return moved

    async def claim(self, conversation_id: UUID, operator: Identity) -> Conversation:
        """The conversation is this operator's; claimed again by the same, it changes nothing."""
        conversation = await self._seen(conversation_id, operator)
        if conversation.client_id == operator.id:
            raise Forbidden("One's own conversation is answered by somebody else.")
        moved = await self._to_operator(conversation, OPEN, "claimed", operator, operator.id)
        if moved is not None:
            return moved
        now_is = await self._seen(conversation_id, operator)
        if now_is.state == "human_active" and now_is.operator_id == operator.id:
            return now_is
        raise AlreadyClaimed if now_is.state == "human_active" else InvalidState(now_is, "there is nothing to claim")

    async def assign(self, conversation_id: UUID, operator_id: UUID, actor: Identity) -> Conversation:
        """Give it to a colleague, or take it from one who is away."""
        conversation = await self._seen(conversation_id, actor)
        found = await PeopleRepository(self._session).addressees([operator_id], [])
        if operator_id == conversation.client_id or not any(person.role == "admin" for person in found):
            raise UnknownOperator(operator_id)
        if conversation.state == "human_active" and conversation.operator_id == operator_id:
            return conversation
        unchanged = Conversation.operator_id.is_not_distinct_from(conversation.operator_id)
        moved = await self._to_operator(conversation, (*OPEN, *HELD), "assigned", actor, operator_id, unchanged)
        if moved is None:
            raise InvalidState(await self._seen(conversation_id, actor), "it cannot be assigned now")
        return moved

    async def release(self, conversation_id: UUID, operator: Identity, assistant: str | None) -> Conversation:
        """Back to the assistant. Raises `InvalidState` where there is none."""
        conversation = await self._held(conversation_id, operator, "released")
        if assistant is None:
            raise InvalidState(conversation, "there is no assistant to hand it back to")
        moved = await self._move(
            conversation,
            HELD,
            "released",
            {"actor_id": operator.id},
            Conversation.operator_id == operator.id,
            state="ai_active",
            operator_id=None,
            answered_by=assistant,
        )
        return moved or await self._lost(conversation_id, operator, "released")

    async def resolve(self, conversation_id: UUID, operator: Identity) -> Conversation:
        """Nothing is left to do; a waiting one needs no claiming for that."""
        conversation = await self._seen(conversation_id, operator)
        if conversation.state == "waiting_human":
            mine: ColumnElement[bool] = Conversation.state == "waiting_human"
        else:
            conversation = await self._held(conversation_id, operator, "resolved")
            mine = Conversation.operator_id == operator.id
        moved = await self._move(
            conversation,
            (*HELD, "waiting_human"),
            "resolved",
            {"actor_id": operator.id},
            mine,
            state="resolved",
            waiting_since=None,
        )
        return moved or await self._lost(conversation_id, operator, "resolved")

    async def reopen(self, conversation: Conversation, assistant: str | None) -> Conversation | None:
        """Begin a new episode, with the assistant; None when it was not resolved."""
        return await self._move(
            conversation,
            ("resolved",),
            "reopened",
            {},
            state="ai_active",
            episode=conversation.episode + 1,
            operator_id=None,
            answered_by=assistant,
        )

    async def rate(self, conversation_id: UUID, score: int, comment: str | None, client: Identity) -> Conversation:
        """The client's opinion of a resolved episode; given again, it replaces the one before."""
        conversation = await self._conversations.get(conversation_id, client, locked=True)
        if conversation is None:
            raise NotFound
        if conversation.client_id != client.id:
            raise Forbidden("The client of the conversation rates it.")
        if conversation.state != "resolved":
            raise InvalidState(conversation, "it can be rated once it is resolved")
        await self._conversations.rate(conversation, score, comment)
        await say_standing(self._session, conversation)
        return conversation

    async def leave(self, operator_id: UUID) -> None:
        """Somebody is no operator any more: what they had in hand waits for another."""
        for conversation in await self._conversations.operated_by(operator_id):
            await self._move(
                conversation,
                HELD,
                "handed_over",
                {"reason": "operator_left"},
                Conversation.operator_id == operator_id,
                state="waiting_human",
                operator_id=None,
                waiting_since=now(),
            )

    async def end(self, conversation: Conversation) -> None:
        """The client is gone: whoever had the conversation has nothing left to do in it."""
        await self._move(
            conversation,
            (*OPEN, *HELD),
            "resolved",
            {"reason": "client_left"},
            state="resolved",
            waiting_since=None,
        )

    async def _to_operator(
        self,
        conversation: Conversation,
        expected: Sequence[ConversationState],
        kind: Transition,
        actor: Identity,
        operator_id: UUID,
        *also: ColumnElement[bool],
    ) -> Conversation | None:
        await PeopleRepository(self._session).ensure(actor)
        event = {"actor_id": actor.id} | ({"to_id": operator_id} if kind == "assigned" else {})
        values = {"state": "human_active", "operator_id": operator_id, "waiting_since": None}
        await self._session.flush()
        return await self._move(conversation, expected, kind, event, *also, **values)

    async def _move(
        self,
        conversation: Conversation,
        expected: Sequence[ConversationState],
        kind: Transition,
        event: dict[str, Any],
        *also: ColumnElement[bool],
        **values: Any,
    ) -> Conversation | None:
        moved = await self._conversations.move(conversation.id, conversation.episode, expected, *also, **values)
        if moved is None:
            return None
        if moved.state == "human_active" and moved.operator_id is not None:
            await self._conversations.join(moved.id, [moved.operator_id])
        told = {"kind": kind} | {k: str(v) if isinstance(v, UUID) else v for k, v in event.items() if v is not None}
        line = await MessageRepository(self._session).add_line(moved, LINES[kind], told)
        await say_standing(self._session, moved, line)
        return moved

    async def _seen(self, conversation_id: UUID, identity: Identity) -> Conversation:
        conversation = await self._conversations.get(conversation_id, identity)
        if conversation is None:
            raise NotFound
        if conversation.kind != "support":
            raise InvalidState(conversation, "nobody but its people answers in it")
        await self._session.refresh(conversation)
        return conversation

    async def _held(self, conversation_id: UUID, operator: Identity, wanted: str) -> Conversation:
        conversation = await self._seen(conversation_id, operator)
        if conversation.state != "human_active":
            raise InvalidState(conversation, f"it cannot be {wanted}")
        if conversation.operator_id != operator.id:
            raise AlreadyClaimed
        return conversation

    async def _lost(self, conversation_id: UUID, operator: Identity, wanted: str) -> Conversation:
        raise InvalidState(await self._held(conversation_id, operator, wanted), f"it cannot be {wanted}")
