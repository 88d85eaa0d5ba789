"""`/chat/conversations`: lists, new conversations, read marks and typing."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from contor.contracts.chat import ChatConversation, ConversationKind, ConversationState
from contor.kernel.errors import raises
from contor.kernel.http import Cursor, Limit, ServiceContext, Session
from contor.kernel.identity import CurrentUser
from contor.kernel.messaging.message import Envelope
from contor.kernel.pagination import Page
from contor.services.chat.schemas import ConversationFilter, NewConversation, ReadMark, View
from contor.services.chat.service.answers import Answers
from contor.services.chat.service.conversations import ClientsOnly, ConversationService, UnknownPerson
from contor.services.chat.service.views import Views

router = APIRouter()
KindFilter = Annotated[ConversationKind | None, Query(description="Only conversations of this kind.")]
StateFilter = Annotated[ConversationState | None, Query(description="Only support conversations in this state.")]
ViewFilter = Annotated[
    View,
    Query(
        description="`mine`: conversations of the caller, including those the caller has claimed as an operator. For "
        "administrators also `waiting`, `resolved` and `all`: support conversations of all clients. Clients always get "
        "`mine`."
    ),
]


@router.get("/conversations")
async def list_conversations(
    identity: CurrentUser,
    session: Session,
    kind: KindFilter = None,
    state: StateFilter = None,
    view: ViewFilter = "mine",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[ChatConversation]:
    """List conversations with the newest activity first; with `view=waiting` the longest waiting first."""
    return await ConversationService(session).page(identity, ConversationFilter(kind, state, view, cursor, limit))


@router.post(
    "/conversations",
    status_code=201,
    responses={200: {"model": ChatConversation, "description": "The conversation exists already."}},
)
@raises(ClientsOnly, UnknownPerson)
async def start_conversation(
    new: NewConversation, identity: CurrentUser, session: Session, context: ServiceContext, response: Response
) -> ChatConversation:
    """Start a conversation, or return the existing one with 200.

    A client has one conversation with support; administrators cannot start one. Two users have one direct conversation;
    with three or more members each request starts a new one, with at most 20 other members.
    """
    conversation, created = await ConversationService(session).start(
        new, identity, context.resource(Answers).assistant_name
    )
    if not created:
        response.status_code = 200
    return await Views(session).conversation(conversation.id, identity)


@router.get("/conversations/{conversation_id}")
async def get_conversation(conversation_id: UUID, identity: CurrentUser, session: Session) -> ChatConversation:
    """Return a conversation of the caller or, for administrators, any support conversation."""
    return await ConversationService(session).get(conversation_id, identity)


@router.post("/conversations/{conversation_id}/read", status_code=204, response_class=Response)
async def mark_read(conversation_id: UUID, mark: ReadMark, identity: CurrentUser, session: Session) -> None:
    """Mark the messages up to `seq` as read by the caller. A lower number than before changes nothing."""
    await ConversationService(session).mark_read(conversation_id, mark.seq, identity)


@router.post("/conversations/{conversation_id}/typing", status_code=204, response_class=Response)
async def report_typing(
    conversation_id: UUID, identity: CurrentUser, session: Session, context: ServiceContext
) -> None:
    """Tell the others in the conversation that the caller is typing. Repeat every few seconds while it is true."""
    await context.bus.publish(Envelope.of(await ConversationService(session).typing(conversation_id, identity)))
