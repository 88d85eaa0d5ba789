"""Messages and notes of a conversation, and the search in all conversations."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, Depends, Header, Query, Response

from contor.contracts.chat import ChatMessage
from contor.kernel import errors
from contor.kernel.errors import raises
from contor.kernel.http import Cursor, Limit, ServiceContext, Session
from contor.kernel.identity import AdminOnly, CurrentUser
from contor.kernel.pagination import Page
from contor.services.chat import schemas
from contor.services.chat.schemas import MessageChanges, Messages, NewMessage, Seq
from contor.services.chat.service.answers import Answers
from contor.services.chat.service.messages import (
    AlreadyDeleted,
    ClientIdReused,
    MessageService,
    NotTheAuthor,
    TooLateToChange,
    TooManyMessages,
)
from contor.services.chat.service.support import AlreadyClaimed, InvalidState
from contor.services.chat.settings import ChatSettings

router = APIRouter()


def _service(session: Session, context: ServiceContext) -> MessageService:
    return MessageService(session, context.resource(ChatSettings))


Service = Annotated[MessageService, Depends(_service)]
Languages = Annotated[
    str,
    Header(
        alias="Accept-Language",
        max_length=200,
        description="The assistant answers in the language of the question; if that is unclear, in the first of `en` "
        "and `ro` named here.",
    ),
]
After = Annotated[Seq | None, Query(description="Only messages with a higher number, the lowest numbers first.")]
Before = Annotated[Seq | None, Query(description="Only messages with a lower number. Not together with `after_seq`.")]
SearchText = Annotated[schemas.Query, Query(description="Text to find, ignoring case and diacritics.")]
REPEATED: dict[int | str, dict[str, Any]] = {
    200: {"model": ChatMessage, "description": "The message was stored before under this `client_id`."}
}


@router.get("/conversations/{conversation_id}/messages")
async def list_messages(
    conversation_id: UUID,
    identity: CurrentUser,
    service: Service,
    after_seq: After = None,
    before_seq: Before = None,
    limit: Limit = 50,
) -> Messages:
    """List the messages of a conversation that the caller may see, in the order of `seq`.

    With `after_seq` these are the oldest messages of the range, otherwise the newest. Request the next page with the
    first or last `seq` of this one. Notes are listed for administrators only.
    """
    if after_seq is not None and before_seq is not None:
        raise errors.Invalid("before_seq", "give either after_seq or before_seq")
    found = await service.get_range(conversation_id, identity, after=after_seq, before=before_seq, limit=limit)
    return Messages(items=found)


@router.post("/conversations/{conversation_id}/messages", status_code=201, responses=REPEATED)
@raises(InvalidState, AlreadyClaimed, ClientIdReused, TooManyMessages)
async def post_message(
    conversation_id: UUID,
    new: NewMessage,
    identity: CurrentUser,
    service: Service,
    context: ServiceContext,
    response: Response,
    background: BackgroundTasks,
    languages: Languages = "en",
) -> ChatMessage:
    """Post a message, or return the stored one with 200 if its `client_id` was sent before.

    In a support conversation, a message of the client reopens a resolved conversation, and the assistant answers in the
    background while it has the conversation. A message of an operator claims the conversation; it is refused with 409
    when another operator has claimed it or when it is resolved. By default a user may send 40 messages in 10 seconds.
    """
    answers = context.resource(Answers)
    posted = await service.post(conversation_id, new, identity, answers.assistant_name)
    if posted.repeated:
        response.status_code = 200
    if posted.question is not None:  # started after the transaction is committed
        background.add_task(answers.start, posted.question, posted.message.text, identity, languages)
    return posted.message


@router.post("/conversations/{conversation_id}/notes", status_code=201, responses=REPEATED)
@raises(InvalidState, ClientIdReused, TooManyMessages)
async def post_note(
    conversation_id: UUID, new: NewMessage, identity: AdminOnly, service: Service, response: Response
) -> ChatMessage:
    """Administrators only. Post a note in a support conversation, which neither the client nor the assistant sees.

    A repeated `client_id` returns the stored note with 200.
    """
    posted = await service.post_note(conversation_id, new, identity)
    if posted.repeated:
        response.status_code = 200
    return posted.message


@router.patch("/conversations/{conversation_id}/messages/{message_id}")
@raises(NotTheAuthor, TooLateToChange, AlreadyDeleted)
async def edit_message(
    conversation_id: UUID, message_id: UUID, changes: MessageChanges, identity: CurrentUser, service: Service
) -> ChatMessage:
    """Replace the text of a message. Only its author can do so, by default within 15 minutes of posting it."""
    return await service.edit(conversation_id, message_id, changes.text, identity)


@router.delete("/conversations/{conversation_id}/messages/{message_id}")
@raises(NotTheAuthor, TooLateToChange)
async def delete_message(
    conversation_id: UUID, message_id: UUID, identity: CurrentUser, service: Service
) -> ChatMessage:
    """Delete the text of a message and return the empty message, which keeps its number.

    Only its author can do so, by default within 15 minutes of posting it. Repeating the request changes nothing.
    """
    return await service.delete(conversation_id, message_id, identity)


@router.get("/search")
async def search_messages(
    q: SearchText, identity: CurrentUser, service: Service, limit: Limit = 50, cursor: Cursor = None
) -> Page[ChatMessage]:
    """List the messages that contain `q` in all conversations that the caller may see, newest first."""
    return await service.search(q, identity, cursor, limit)
