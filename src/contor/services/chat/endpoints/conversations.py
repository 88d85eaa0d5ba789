"""`/chat/conversations`: what one is in, and for administrators all of support."""

from uuid import UUID

from fastapi import APIRouter, Response

from contor.contracts.chat import ChatConversation, ConversationKind, ConversationState
from contor.kernel.http import Cursor, Limit, ServiceContext, Session
from contor.kernel.identity import CurrentUser
from contor.kernel.messaging.message import Envelope
from contor.kernel.pagination import Page
from contor.services.chat.schemas import NewConversation, ReadMark, View
from contor.services.chat.service.answers import Answers
from contor.services.chat.service.conversations import ConversationService

router = APIRouter()


@router.get("/conversations")
async def list_conversations(
    identity: CurrentUser,
    session: Session,
    kind: ConversationKind | None = None,
    state: ConversationState | None = None,
    view: View = "mine",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[ChatConversation]:
    """The latest active first; `view=waiting` the longest waiting first. Views are for administrators."""
    return await ConversationService(session).page(
        identity, kind=kind, state=state, view=view, cursor=cursor, limit=limit
    )


@router.post("/conversations", status_code=201, responses={200: {"model": ChatConversation}})
async def start_conversation(
    new: NewConversation, identity: CurrentUser, session: Session, here: ServiceContext, response: Response
) -> ChatConversation:
    """201 for a new one; 200 for one there is: a client's of support, or that of two people."""
    service = ConversationService(session)
    conversation, created = await service.start(new, identity, here.resource(Answers).name)
    if not created:
        response.status_code = 200
    return await service.view(conversation, identity)


@router.get("/conversations/{conversation_id}")
async def read_conversation(conversation_id: UUID, identity: CurrentUser, session: Session) -> ChatConversation:
    return await ConversationService(session).get(conversation_id, identity)


@router.post("/conversations/{conversation_id}/read", status_code=204)
async def mark_read(conversation_id: UUID, mark: ReadMark, identity: CurrentUser, session: Session) -> None:
    """Everything up to `seq` was seen."""
    await ConversationService(session).read(conversation_id, mark.seq, identity)


@router.post("/conversations/{conversation_id}/typing", status_code=204)
async def say_typing(conversation_id: UUID, identity: CurrentUser, session: Session, here: ServiceContext) -> None:
    """Say again every few seconds while it is true."""
    await here.bus.publish(Envelope.of(await ConversationService(session).typing(conversation_id, identity)))
