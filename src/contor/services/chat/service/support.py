"""The states of a support conversation: with the assistant, in the queue, with an operator, or resolved.

Each change of state compares and sets state and episode in one statement, stores one system message and emits one
event. Of two concurrent changes one succeeds, and the other raises `InvalidState` or `AlreadyClaimed`.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contor.contracts.chat import ConversationState, Transition
from contor.kernel.clock import now
from contor.kernel.errors import Invalid, Problem
from contor.kernel.identity import Forbidden, Identity
from contor.services.chat.models import Conversation
from contor.services.chat.repository.conversations import ConversationRepository
from contor.services.chat.repository.messages import MessageRepository
from contor.services.chat.repository.users import UserRepository
from contor.services.chat.service.access import visible_conversation
from contor.services.chat.service.events import emit_conversation_changed

TRANSITIONS: dict[Transition, tuple[ConversationState, str]] = {
    "handed_over": ("waiting_human", "Waiting for an operator."),
    "claimed": ("human_active", "An operator joined the conversation."),
    "assigned": ("human_active", "Assigned to another operator."),
    "released": ("ai_active", "The assistant answers again."),
    "resolved": ("resolved", "Resolved."),
    "reopened": ("ai_active", "Reopened."),
}
"""The new state, and the text of the system message."""
UNCLAIMED: tuple[ConversationState, ...] = ("ai_active", "waiting_human")
CLAIMED: tuple[ConversationState, ...] = ("human_active",)


class InvalidState(Problem):
    status = 409
    code = "invalid_state"
    detail = "The state of the conversation does not allow this."

    def __init__(self, conversation: Conversation, reason: str) -> None:
        super().__init__(f"The conversation is {conversation.state or 'direct'}: {reason}.")


class AlreadyClaimed(Problem):
    status = 409
    code = "already_claimed"
    detail = "Another operator has claimed the conversation (its state is human_active)."


class NotTheClient(Forbidden):
    detail = "Only the client of the conversation can do this."


class OwnConversation(Forbidden):
    detail = "Operators cannot claim a conversation in which they are the client."


class UnknownOperator(Invalid):
    code = "unknown_operator"
    detail = "The operator is not an active administrator, or is the client of the conversation."

    def __init__(self, operator_id: UUID) -> None:
        super().__init__("operator_id", f"{operator_id} is not an active administrator other than the client")


class Support:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._conversations = ConversationRepository(session)

    async def hand_over(
        self, conversation: Conversation, reason: str | None, actor: UUID | None = None
    ) -> Conversation | None:
        """From the assistant to the queue. None, and no change, in any other state than `ai_active`."""
        return await self._move(conversation, "handed_over", ("ai_active",), actor=actor, reason=reason)

    async def request_operator(self, conversation_id: UUID, reason: str | None, client: Identity) -> Conversation:
        """Reopens a resolved conversation; changes nothing while it is waiting already."""
        conversation = await self._get(conversation_id, client)
        if conversation.client_id != client.id:
            raise NotTheClient
        if conversation.state == "resolved":
            conversation = await self.reopen(conversation, conversation.answered_by) or conversation
        moved = await self.hand_over(conversation, reason, client.id)
        if moved is None:
            moved = await self._get(conversation_id, client)
            if moved.state != "waiting_human":
                raise InvalidState(moved, "an operator has claimed it")
        return moved

    async def claim(self, conversation_id: UUID, operator: Identity) -> Conversation:
        """Changes nothing when this operator has claimed it already."""
        conversation = await self._get(conversation_id, operator)
        if conversation.client_id == operator.id:
            raise OwnConversation
        moved = await self._to_operator(conversation, "claimed", UNCLAIMED, operator, operator.id)
        if moved is not None:
            return moved
        current = await self._get(conversation_id, operator)
        if current.state != "human_active":
            raise InvalidState(current, "there is nothing to claim")
        if current.operator_id != operator.id:
            raise AlreadyClaimed
        return current

    async def assign(self, conversation_id: UUID, operator_id: UUID, actor: Identity) -> Conversation:
        """Also reassigns a conversation that another operator has claimed."""
        conversation = await self._get(conversation_id, actor)
        found = await UserRepository(self._session).find_active([operator_id], [])
        if operator_id == conversation.client_id or not any(user.role == "admin" for user in found):
            raise UnknownOperator(operator_id)
        if conversation.state == "human_active" and conversation.operator_id == operator_id:
            return conversation
        moved = await self._to_operator(
            conversation, "assigned", (*UNCLAIMED, *CLAIMED), actor, operator_id, same_operator=True
        )
        if moved is None:
            raise InvalidState(await self._get(conversation_id, actor), "it cannot be assigned")
        return moved

    async def release(self, conversation_id: UUID, operator: Identity, assistant: str | None) -> Conversation:
        """Back to the assistant. Raises `InvalidState` if the assistant is switched off."""
        conversation = await self._get_claimed(conversation_id, operator, "released")
        if assistant is None:
            raise InvalidState(conversation, "the assistant is switched off, so that it cannot be released")
        moved = await self._move(
            conversation, "released", CLAIMED, actor=operator.id, same_operator=True, answered_by=assistant
        )
        return moved or await self._raise_conflict(conversation_id, operator, "released")

    async def resolve(self, conversation_id: UUID, operator: Identity) -> Conversation:
        """A waiting conversation can be resolved without claiming it."""
        conversation = await self._get(conversation_id, operator)
        if conversation.state != "waiting_human":
            conversation = await self._get_claimed(conversation_id, operator, "resolved")
        expected = (*CLAIMED, "waiting_human")
        moved = await self._move(conversation, "resolved", expected, actor=operator.id, same_operator=True)
        return moved or await self._raise_conflict(conversation_id, operator, "resolved")

    async def reopen(self, conversation: Conversation, assistant: str | None) -> Conversation | None:
        """Start a new episode with the assistant. None, and no change, when it is not resolved."""
        return await self._move(
            conversation, "reopened", ("resolved",), episode=conversation.episode + 1, answered_by=assistant
        )

    async def rate(self, conversation_id: UUID, score: int, comment: str | None, client: Identity) -> Conversation:
        """A second rating of an episode replaces the first."""
        conversation = await visible_conversation(self._session, conversation_id, client, for_update=True)
        if conversation.client_id != client.id:
            raise NotTheClient
        if conversation.state != "resolved":
            raise InvalidState(conversation, "it can be rated once it is resolved")
        await self._conversations.upsert_rating(conversation, score, comment)
        await emit_conversation_changed(self._session, conversation)
        return conversation

    async def requeue_claimed_by(self, operator_id: UUID) -> None:
        """The user is no operator any more: the conversations claimed by it wait for another one."""
        for conversation in await self._conversations.list_claimed_by(operator_id):
            await self._move(conversation, "handed_over", CLAIMED, reason="operator_left", same_operator=True)

    async def resolve_without_client(self, conversation: Conversation) -> None:
        """The client was deleted."""
        await self._move(conversation, "resolved", (*UNCLAIMED, *CLAIMED), reason="client_left")

    async def _to_operator(
        self,
        conversation: Conversation,
        kind: Transition,
        expected: Sequence[ConversationState],
        actor: Identity,
        operator_id: UUID,
        *,
        same_operator: bool = False,
    ) -> Conversation | None:
        await UserRepository(self._session).add_if_missing(actor)
        await self._session.flush()
        to = operator_id if kind == "assigned" else None
        return await self._move(
            conversation, kind, expected, actor=actor.id, to=to, same_operator=same_operator, operator_id=operator_id
        )

    async def _move(
        self,
        conversation: Conversation,
        kind: Transition,
        expected: Sequence[ConversationState],
        *,
        actor: UUID | None = None,
        to: UUID | None = None,
        reason: str | None = None,
        same_operator: bool = False,
        **values: Any,
    ) -> Conversation | None:
        state, line_text = TRANSITIONS[kind]
        values |= {"state": state, "waiting_since": now() if state == "waiting_human" else None}
        if state in UNCLAIMED:
            values["operator_id"] = None
        moved = await self._conversations.move(conversation, expected, same_operator=same_operator, **values)
        if moved is None:
            return None
        if moved.state == "human_active" and moved.operator_id is not None:
            await self._conversations.add_members(moved.id, [moved.operator_id])
        event = {"kind": kind, "actor_id": actor and str(actor), "to_id": to and str(to), "reason": reason}
        stored = {field: value for field, value in event.items() if value is not None}
        line = await MessageRepository(self._session).add_system(moved, line_text, stored)
        await emit_conversation_changed(self._session, moved, line)
        return moved

    async def _get(self, conversation_id: UUID, identity: Identity) -> Conversation:
        conversation = await visible_conversation(self._session, conversation_id, identity)
        if conversation.kind != "support":
            raise InvalidState(conversation, "only support conversations have operators")
        await self._session.refresh(conversation)  # the session may hold it as it was before a concurrent change
        return conversation

    async def _get_claimed(self, conversation_id: UUID, operator: Identity, action: str) -> Conversation:
        conversation = await self._get(conversation_id, operator)
        if conversation.state != "human_active":
            raise InvalidState(conversation, f"it cannot be {action}")
        if conversation.operator_id != operator.id:
            raise AlreadyClaimed
        return conversation

    async def _raise_conflict(self, conversation_id: UUID, operator: Identity, action: str) -> Conversation:
        raise InvalidState(await self._get_claimed(conversation_id, operator, action), f"it cannot be {action}")
