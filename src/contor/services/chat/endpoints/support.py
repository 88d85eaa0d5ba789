"""Who answers a client: the assistant, and when it is asked for, a person."""

from uuid import UUID

from fastapi import APIRouter

from contor.contracts.chat import ChatConversation
from contor.kernel.http import ServiceContext, Session
from contor.kernel.identity import AdminOnly, CurrentUser
from contor.services.chat.schemas import Assignment, HandOff, NewRating
from contor.services.chat.service.answers import Answers
from contor.services.chat.service.conversations import ConversationService
from contor.services.chat.service.support import Support

router = APIRouter(prefix="/conversations/{conversation_id}")


@router.post("/handoff")
async def ask_for_person(
    conversation_id: UUID, identity: CurrentUser, session: Session, given: HandOff | None = None
) -> ChatConversation:
    """The client would rather talk to a person. 409 when one has the conversation already."""
    conversation = await Support(session).ask_for_person(conversation_id, given.reason if given else None, identity)
    return await ConversationService(session).view(conversation, identity)


@router.post("/claim")
async def claim_conversation(conversation_id: UUID, identity: AdminOnly, session: Session) -> ChatConversation:
    """Of several operators one gets it; the others are answered 409."""
    conversation = await Support(session).claim(conversation_id, identity)
    return await ConversationService(session).view(conversation, identity)


@router.post("/release")
async def release_conversation(
    conversation_id: UUID, identity: AdminOnly, session: Session, here: ServiceContext
) -> ChatConversation:
    """Back to the assistant."""
    conversation = await Support(session).release(conversation_id, identity, here.resource(Answers).name)
    return await ConversationService(session).view(conversation, identity)


@router.post("/assign")
async def assign_conversation(
    conversation_id: UUID, given: Assignment, identity: AdminOnly, session: Session
) -> ChatConversation:
    """Hand it to a colleague."""
    conversation = await Support(session).assign(conversation_id, given.operator_id, identity)
    return await ConversationService(session).view(conversation, identity)


@router.post("/resolve")
async def resolve_conversation(conversation_id: UUID, identity: AdminOnly, session: Session) -> ChatConversation:
    conversation = await Support(session).resolve(conversation_id, identity)
    return await ConversationService(session).view(conversation, identity)


@router.post("/rating")
async def rate_conversation(
    conversation_id: UUID, given: NewRating, identity: CurrentUser, session: Session
) -> ChatConversation:
    """What the client thought of the help."""
    conversation = await Support(session).rate(conversation_id, given.score, given.comment, identity)
    return await ConversationService(session).view(conversation, identity)
