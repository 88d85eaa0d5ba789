"""Changes of state of a support conversation."""

from uuid import UUID

from fastapi import APIRouter

from contor.contracts.chat import ChatConversation
from contor.kernel.errors import raises
from contor.kernel.http import ServiceContext, Session
from contor.kernel.identity import AdminOnly, CurrentUser
from contor.services.chat.schemas import Assignment, HandOff, NewRating
from contor.services.chat.service.answers import Answers
from contor.services.chat.service.support import (
    AlreadyClaimed,
    InvalidState,
    NotTheClient,
    OwnConversation,
    Support,
    UnknownOperator,
)
from contor.services.chat.service.views import Views

router = APIRouter(prefix="/conversations/{conversation_id}")


@router.post("/handoff")
@raises(NotTheClient, InvalidState)
async def request_operator(
    conversation_id: UUID, identity: CurrentUser, session: Session, given: HandOff | None = None
) -> ChatConversation:
    """For the client of the conversation. Hand it over from the assistant to the operators' queue and return it.

    A resolved conversation is reopened. While it is waiting already, nothing changes; once an operator has claimed it,
    the answer is 409.
    """
    await Support(session).request_operator(conversation_id, given.reason if given else None, identity)
    return await Views(session).conversation(conversation_id, identity)


@router.post("/claim")
@raises(OwnConversation, AlreadyClaimed, InvalidState)
async def claim_conversation(conversation_id: UUID, identity: AdminOnly, session: Session) -> ChatConversation:
    """Administrators only. Claim a conversation from the assistant or the queue and return it.

    Of several concurrent requests one succeeds; the others are answered with 409. Repeating it changes nothing.
    Operators cannot claim a conversation in which they are the client.
    """
    await Support(session).claim(conversation_id, identity)
    return await Views(session).conversation(conversation_id, identity)


@router.post("/release")
@raises(AlreadyClaimed, InvalidState)
async def release_conversation(
    conversation_id: UUID, identity: AdminOnly, session: Session, context: ServiceContext
) -> ChatConversation:
    """Administrators only. Give a conversation that the caller has claimed back to the assistant, and return it.

    409 if it is not claimed, if another operator has claimed it, or if the assistant is switched off.
    """
    await Support(session).release(conversation_id, identity, context.resource(Answers).assistant_name)
    return await Views(session).conversation(conversation_id, identity)


@router.post("/assign")
@raises(UnknownOperator, InvalidState)
async def assign_conversation(
    conversation_id: UUID, given: Assignment, identity: AdminOnly, session: Session
) -> ChatConversation:
    """Administrators only. Assign a conversation to an operator and return it.

    It may be with the assistant, in the queue or claimed by any operator; 409 once it is resolved.
    """
    await Support(session).assign(conversation_id, given.operator_id, identity)
    return await Views(session).conversation(conversation_id, identity)


@router.post("/resolve")
@raises(AlreadyClaimed, InvalidState)
async def resolve_conversation(conversation_id: UUID, identity: AdminOnly, session: Session) -> ChatConversation:
    """Administrators only. Resolve a waiting conversation, or one that the caller has claimed, and return it.

    The client can then rate it, and reopens it by writing again.
    """
    await Support(session).resolve(conversation_id, identity)
    return await Views(session).conversation(conversation_id, identity)


@router.post("/rating")
@raises(NotTheClient, InvalidState)
async def rate_conversation(
    conversation_id: UUID, given: NewRating, identity: CurrentUser, session: Session
) -> ChatConversation:
    """For the client of the conversation. Rate its present episode once it is resolved, and return the conversation.

    A second rating replaces the first. 409 while the conversation is not resolved.
    """
    await Support(session).rate(conversation_id, given.score, given.comment, identity)
    return await Views(session).conversation(conversation_id, identity)
