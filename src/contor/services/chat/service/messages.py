"""Posting, editing, deleting, listing and searching messages."""

import math
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contor.contracts.chat import ChatMessage
from contor.kernel.clock import now
from contor.kernel.errors import NotFound, Problem
from contor.kernel.identity import Forbidden, Identity, Role
from contor.kernel.pagination import Page
from contor.services.chat.models import Conversation, StoredMessage
from contor.services.chat.repository.messages import MessageRepository
from contor.services.chat.repository.pending_answers import PendingAnswerRepository
from contor.services.chat.repository.users import UserRepository
from contor.services.chat.schemas import NewMessage
from contor.services.chat.service.access import check_visible, visible_conversation
from contor.services.chat.service.events import emit_message_changed, emit_message_posted
from contor.services.chat.service.support import AlreadyClaimed, InvalidState, Support
from contor.services.chat.service.views import Views
from contor.services.chat.settings import ChatSettings


class ClientIdReused(Problem):
    status = 409
    code = "client_id_reused"
    detail = "You have sent another message with this client_id. Use a new one for each message."


class TooManyMessages(Problem):
    status = 429
    code = "too_many_messages"
    detail = "You have sent too many messages. Send this one again after the seconds in Retry-After."

    def __init__(self, seconds: float) -> None:
        super().__init__(headers={"Retry-After": str(max(math.ceil(seconds), 1))})


class NotTheAuthor(Forbidden):
    detail = "Only the author of a message can change it."


class TooLateToChange(Problem):
    status = 409
    code = "too_late_to_change"
    detail = "The time in which the message could be edited or deleted is over."


class AlreadyDeleted(Problem):
    status = 409
    code = "already_deleted"
    detail = "The message is deleted and cannot be edited."


class UnansweredQuestion(NamedTuple):
    conversation_id: UUID
    episode: int
    question_seq: int


class Posted(NamedTuple):
    """`repeated`: it was stored before; `question`: what the assistant has to answer."""

    message: ChatMessage
    repeated: bool = False
    question: UnansweredQuestion | None = None


class MessageService:
    def __init__(self, session: AsyncSession, settings: ChatSettings) -> None:
        self._session = session
        self._settings = settings
        self._messages = MessageRepository(session)
        self._views = Views(session)

    async def get_range(
        self, conversation_id: UUID, identity: Identity, *, after: int | None, before: int | None, limit: int
    ) -> list[ChatMessage]:
        """In the order of `seq`; without `after` the newest ones. Notes for administrators only."""
        await check_visible(self._session, conversation_id, identity)
        found = await self._messages.get_range(
            conversation_id, notes=identity.is_admin, after=after, before=before, limit=limit
        )
        return await self._views.messages(found)

    async def search(self, q: str, identity: Identity, cursor: str | None, limit: int) -> Page[ChatMessage]:
        found, next_cursor = await self._messages.search(identity, q, cursor, limit)
        return Page(items=await self._views.messages(found), next_cursor=next_cursor)

    async def post(self, conversation_id: UUID, new: NewMessage, author: Identity, assistant: str | None) -> Posted:
        """Store the message once for its client id, and make the change of state that it causes."""
        conversation = await visible_conversation(self._session, conversation_id, author, for_update=True)
        if (repeated := await self._find_repeated(conversation, new, author)) is not None:
            return repeated
        if conversation.kind == "support":
            conversation = await self._change_state(conversation, author, assistant)
        message = await self._store(conversation, new, author)
        if conversation.state != "ai_active":
            return Posted(message)
        if assistant is None:
            await Support(self._session).hand_over(conversation, "assistant_off")
            return Posted(message)
        due_at = now() + timedelta(seconds=self._settings.answer_seconds)
        await PendingAnswerRepository(self._session).add(conversation, message.seq, due_at)
        return Posted(message, question=UnansweredQuestion(conversation.id, conversation.episode, message.seq))

    async def post_note(self, conversation_id: UUID, new: NewMessage, author: Identity) -> Posted:
        """Neither the client nor the assistant sees it."""
        conversation = await visible_conversation(self._session, conversation_id, author, for_update=True)
        if conversation.kind != "support":
            raise InvalidState(conversation, "only support conversations have notes")
        if (repeated := await self._find_repeated(conversation, new, author, note=True)) is not None:
            return repeated
        await UserRepository(self._session).add_if_missing(author)
        return Posted(await self._store(conversation, new, author, note=True))

    async def edit(self, conversation_id: UUID, message_id: UUID, text: str, author: Identity) -> ChatMessage:
        conversation, message = await self._get_own(conversation_id, message_id, author)
        if message.deleted_at is not None:
            raise AlreadyDeleted
        if message.text == text:
            return await self._views.message(message)
        await self._messages.change(message, text=text, edited_at=now())
        return await emit_message_changed(self._session, conversation, message)

    async def delete(self, conversation_id: UUID, message_id: UUID, author: Identity) -> ChatMessage:
        """The text is deleted, the number stays taken. Repeating it changes nothing."""
        conversation, message = await self._get_own(conversation_id, message_id, author)
        if message.deleted_at is not None:
            return await self._views.message(message)
        await self._messages.change(message, text="", deleted_at=now())
        return await emit_message_changed(self._session, conversation, message)

    async def _change_state(self, conversation: Conversation, author: Identity, assistant: str | None) -> Conversation:
        """A message of the client reopens a resolved conversation; a message of an operator claims an unclaimed one."""
        support = Support(self._session)
        if conversation.client_id == author.id:
            if conversation.state == "resolved":
                return await support.reopen(conversation, assistant) or conversation
            return conversation
        if conversation.state == "resolved":
            raise InvalidState(conversation, "only the client can reopen it, by writing")
        if conversation.state == "human_active" and conversation.operator_id != author.id:
            raise AlreadyClaimed
        return await support.claim(conversation.id, author)

    async def _store(
        self, conversation: Conversation, new: NewMessage, author: Identity, *, note: bool = False
    ) -> ChatMessage:
        in_support: Role = "client" if conversation.client_id == author.id else "admin"
        appended = await self._messages.append(
            conversation,
            author_kind="person",
            author_id=author.id,
            author_role=in_support if conversation.kind == "support" else author.role,
            text=new.text,
            note=note,
            client_id=new.client_id,
        )
        return await emit_message_posted(self._session, conversation, appended)

    async def _find_repeated(
        self, conversation: Conversation, new: NewMessage, author: Identity, *, note: bool = False
    ) -> Posted | None:
        """The message if it was sent before. Raises `TooManyMessages` if it is new and exceeds the rate limit."""
        window = timedelta(seconds=self._settings.messages_seconds)
        sent = await self._messages.sent(conversation.id, author.id, new.client_id, now() - window)
        if (message := sent.message) is not None:
            changed = message.edited_at is not None or message.deleted_at is not None
            if message.note != note or (message.text != new.text and not changed):
                raise ClientIdReused
            return Posted(await self._views.message(message), repeated=True)
        if sent.recent_since is not None and sent.recent >= self._settings.messages_burst:
            raise TooManyMessages((sent.recent_since + window - now()).total_seconds())
        return None

    async def _get_own(
        self, conversation_id: UUID, message_id: UUID, author: Identity
    ) -> tuple[Conversation, StoredMessage]:
        conversation = await visible_conversation(self._session, conversation_id, author)
        message = await self._messages.get_for_update(conversation_id, message_id)
        if message is None or (message.note and not author.is_admin):
            raise NotFound
        if message.author_id != author.id:
            raise NotTheAuthor
        if message.created_at < now() - timedelta(minutes=self._settings.edit_minutes):
            raise TooLateToChange
        return conversation, message
