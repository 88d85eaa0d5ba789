"""Writing, changing, reading and finding messages."""

import math
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contor.contracts.chat import ChatMessage
from contor.kernel.clock import now
from contor.kernel.errors import NotFound, Problem
from contor.kernel.identity import Forbidden, Identity, Role
from contor.kernel.pagination import Page
from contor.services.chat.models import Conversation, StoredMessage
from contor.services.chat.repository.conversations import ConversationRepository, DueRepository
from contor.services.chat.repository.messages import MessageRepository
from contor.services.chat.repository.people import PeopleRepository
from contor.services.chat.schemas import NewMessage
from contor.services.chat.service.events import say_changed, say_posted
from contor.services.chat.service.support import AlreadyClaimed, InvalidState, Support
from contor.services.chat.service.views import Views
from contor.services.chat.settings import ChatSettings


class ClientIdReused(Problem):
    status = 409
    code = "client_id_reused"
    detail = "A message with this client_id was sent before, with another text."


class TooManyMessages(Problem):
    status = 429
    code = "too_many_messages"
    detail = "That is faster than anybody reads; wait a moment and send it again."

    def __init__(self, wait: float) -> None:
        super().__init__(headers={"Retry-After": str(max(math.ceil(wait), 1))})


class TooLateToChange(Problem):
    status = 409
    code = "too_late_to_change"
    detail = "A message can be edited or deleted for a while after it was sent; that time is over."


class AlreadyDeleted(Problem):
    status = 409
    code = "already_deleted"
    detail = "The message was deleted."


@dataclass(frozen=True, slots=True)
class Due:
    """A question that the assistant is to answer."""

    conversation_id: UUID
    episode: int
    question_seq: int


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of a message: stored before or just now, and whether the assistant is to answer it."""

    message: ChatMessage
    repeated: bool = False
    due: Due | None = None


class MessageService:
    def __init__(self, session: AsyncSession, settings: ChatSettings) -> None:
        self._session = session
        self._settings = settings
        self._conversations = ConversationRepository(session)
        self._messages = MessageRepository(session)

    async def listed(
        self, conversation_id: UUID, identity: Identity, *, after: int | None, before: int | None, limit: int
    ) -> list[ChatMessage]:
        """Messages in their order; without `after`, the newest. Notes for administrators only."""
        if not await self._conversations.can_see(conversation_id, identity):
            raise NotFound
        found = await self._messages.listed(
            conversation_id, notes=identity.is_admin, after=after, before=before, limit=limit
        )
        return await Views(self._session).messages(found)

    async def search(self, q: str, identity: Identity, cursor: str | None, limit: int) -> Page[ChatMessage]:
        """Messages that contain `q` in the person's conversations, newest first."""
        found, following = await self._messages.search(identity, q, cursor, limit)
        return Page(items=await Views(self._session).messages(found), next_cursor=following)

    async def post(self, conversation_id: UUID, new: NewMessage, author: Identity, assistant: str | None) -> Posted:
        """Store a message once, however often it is sent; what it does to the conversation's state, it does as well."""
        conversation = await self._seen(conversation_id, author, locked=True)
        if (repeated := await self._repeated(conversation, new, author)) is not None:
            return repeated
        if conversation.kind == "support":
            conversation = await self._as_client_or_operator(conversation, author, assistant)
        message = await self._store(conversation, new, author)
        due = None
        if conversation.state == "ai_active":
            if assistant is None:
                await Support(self._session).hand_over(conversation, "assistant_off")
            else:
                due = Due(conversation.id, conversation.episode, message.seq)
                patience = timedelta(seconds=self._settings.answer_seconds)
                await DueRepository(self._session).add(conversation, message.seq, now() + patience)
        return Posted(message, due=due)

    async def note(self, conversation_id: UUID, new: NewMessage, author: Identity) -> Posted:
        """What operators tell each other: neither the client nor the assistant ever sees it."""
        conversation = await self._seen(conversation_id, author, locked=True)
        if conversation.kind != "support":
            raise InvalidState(conversation, "notes are for support")
        if (repeated := await self._repeated(conversation, new, author, note=True)) is not None:
            return repeated
        await PeopleRepository(self._session).ensure(author)
        return Posted(await self._store(conversation, new, author, note=True))

    async def edit(self, conversation_id: UUID, message_id: UUID, text: str, author: Identity) -> ChatMessage:
        """Change one's own message within the time the settings give."""
        conversation, message = await self._own(conversation_id, message_id, author)
        if message.deleted_at is not None:
            raise AlreadyDeleted
        if message.text == text:
            return (await Views(self._session).messages([message]))[0]
        await self._messages.change(message, text=text, edited_at=now())
        return await say_changed(self._session, conversation, message)

    async def delete(self, conversation_id: UUID, message_id: UUID, author: Identity) -> ChatMessage:
        """Take back one's own message: its text is gone, its place stays. Again changes nothing."""
        conversation, message = await self._own(conversation_id, message_id, author)
        if message.deleted_at is not None:
            return (await Views(self._session).messages([message]))[0]
        await self._messages.change(message, text="", deleted_at=now())
        return await say_changed(self._session, conversation, message)

    async def _as_client_or_operator(
        self, conversation: Conversation, author: Identity, assistant: str | None
    ) -> Conversation:
        """The client opens again what was resolved; an operator who writes takes it over."""
        support = Support(self._session)
        if conversation.client_id == author.id:
            if conversation.state == "resolved":
                return await support.reopen(conversation, assistant) or conversation
            return conversation
        if conversation.state == "resolved":
            raise InvalidState(conversation, "the client opens it again by writing")
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
        return await say_posted(self._session, conversation, appended)

    async def _repeated(
        self, conversation: Conversation, new: NewMessage, author: Identity, *, note: bool = False
    ) -> Posted | None:
        """The message as it was sent before; None if it is new, and not one too many."""
        window = timedelta(seconds=self._settings.messages_seconds)
        before = await self._messages.before(conversation.id, author.id, new.client_id, now() - window)
        if (sent := before.sent) is not None:
            changed = sent.edited_at is not None or sent.deleted_at is not None
            if sent.note != note or (sent.text != new.text and not changed):
                raise ClientIdReused
            (message,) = await Views(self._session).messages([sent])
            return Posted(message, repeated=True)
        if before.since is not None and before.lately >= self._settings.messages_burst:
            raise TooManyMessages((before.since + window - now()).total_seconds())
        return None

    async def _seen(self, conversation_id: UUID, identity: Identity, *, locked: bool = False) -> Conversation:
        conversation = await self._conversations.get(conversation_id, identity, locked=locked)
        if conversation is None:
            raise NotFound
        return conversation

    async def _own(
        self, conversation_id: UUID, message_id: UUID, author: Identity
    ) -> tuple[Conversation, StoredMessage]:
        conversation = await self._seen(conversation_id, author)
        message = await self._messages.get(conversation_id, message_id)
        if message is None or (message.note and not author.is_admin):
            raise NotFound
        if message.author_id != author.id:
            raise Forbidden("Only who wrote a message can change it.")
        if message.created_at < now() - self._settings.edit_time:
            raise TooLateToChange
        return conversation, message
