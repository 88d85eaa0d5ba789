"""Messages of a conversation."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, Header, Response
from pydantic import BaseModel

from contor.contracts.chat import ChatMessage
from contor.kernel.errors import Invalid
from contor.kernel.http import Cursor, Limit, ServiceContext, Session
from contor.kernel.identity import AdminOnly, CurrentUser
from contor.kernel.pagination import Page
from contor.services.chat.schemas import MessageChanges, NewMessage, Query, Seq
from contor.services.chat.service.answers import Answers
from contor.services.chat.service.messages import MessageService
from contor.services.chat.settings import ChatSettings

router = APIRouter()
Languages = Annotated[str, Header(alias="Accept-Language", max_length=200)]


class Messages(BaseModel):
    """Messages in their order."""

    items: list[ChatMessage]


@router.get("/conversations/{conversation_id}/messages")
async def list_messages(
    conversation_id: UUID,
    identity: CurrentUser,
    session: Session,
    here: ServiceContext,
    after_seq: Seq | None = None,
    before_seq: Seq | None = None,
    limit: Limit = 50,
) -> Messages:
    """The newest messages; with `before_seq` those just before it, with `after_seq` those that follow it."""
    if after_seq is not None and before_seq is not None:
        raise Invalid("before_seq", "give either after_seq or before_seq")
    found = await MessageService(session, here.resource(ChatSettings)).listed(
        conversation_id, identity, after=after_seq, before=before_seq, limit=limit
    )
    return Messages(items=found)


@router.post("/conversations/{conversation_id}/messages", status_code=201, responses={200: {"model": ChatMessage}})
async def post_message(
    conversation_id: UUID,
    new: NewMessage,
    identity: CurrentUser,
    session: Session,
    here: ServiceContext,
    response: Response,
    afterwards: BackgroundTasks,
    languages: Languages = "en",
) -> ChatMessage:
    """201 when stored; 200 when this `client_id` was sent before. The assistant answers in `Accept-Language`."""
    answers = here.resource(Answers)
    posted = await MessageService(session, here.resource(ChatSettings)).post(
        conversation_id, new, identity, answers.name
    )
    if posted.repeated:
        response.status_code = 200
    if posted.due is not None:  # begun when the transaction is over
        afterwards.add_task(answers.begin, posted.due, posted.message.text, identity, languages)
    return posted.message


@router.post("/conversations/{conversation_id}/notes", status_code=201, responses={200: {"model": ChatMessage}})
async def post_note(
    conversation_id: UUID,
    new: NewMessage,
    identity: AdminOnly,
    session: Session,
    here: ServiceContext,
    response: Response,
) -> ChatMessage:
    """Seen by administrators only."""
    posted = await MessageService(session, here.resource(ChatSettings)).note(conversation_id, new, identity)
    if posted.repeated:
        response.status_code = 200
    return posted.message


@router.patch("/conversations/{conversation_id}/messages/{message_id}")
async def edit_message(
    conversation_id: UUID,
    message_id: UUID,
    changes: MessageChanges,
    identity: CurrentUser,
    session: Session,
    here: ServiceContext,
) -> ChatMessage:
    """One's own, for a while after it was sent."""
    service = MessageService(session, here.resource(ChatSettings))
    return await service.edit(conversation_id, message_id, changes.text, identity)


@router.delete("/conversations/{conversation_id}/messages/{message_id}")
async def delete_message(
    conversation_id: UUID, message_id: UUID, identity: CurrentUser, session: Session, here: ServiceContext
) -> ChatMessage:
    """The text is gone, the message's place stays; answers what is left of it."""
    return await MessageService(session, here.resource(ChatSettings)).delete(conversation_id, message_id, identity)


@router.get("/search")
async def search_messages(
    q: Query, identity: CurrentUser, session: Session, here: ServiceContext, limit: Limit = 50, cursor: Cursor = None
) -> Page[ChatMessage]:
    """Messages of one's conversations that contain `q`, newest first."""
    return await MessageService(session, here.resource(ChatSettings)).search(q, identity, cursor, limit)
