"""The assistant's answers are made here: beside the requests, with the token of who asked, which is never stored.

The process that took a question answers it; a row says that an answer is due. If that process dies, the sweep of any
other finds the row overdue and a person is asked.
"""

import asyncio
import time
from uuid import UUID
from weakref import WeakValueDictionary

from prometheus_client import Counter

from contor.contracts.chat import DraftUpdated, TypingReported
from contor.kernel.clock import now
from contor.kernel.identity import Identity
from contor.kernel.messaging.message import Envelope, Message
from contor.kernel.service import Context
from contor.kernel.telemetry import log
from contor.services.chat.assistant.protocol import Answer, Assistant, HandOver, Language, Question, Turn
from contor.services.chat.assistant.rules.language import detect_language
from contor.services.chat.models import Conversation
from contor.services.chat.repository.conversations import ConversationRepository, DueRepository
from contor.services.chat.repository.messages import MessageRepository
from contor.services.chat.repository.rows import MessageRow
from contor.services.chat.service.events import say_posted
from contor.services.chat.service.messages import Due
from contor.services.chat.service.support import Support
from contor.services.chat.settings import ChatSettings

HISTORY = 20
TYPING_SECONDS = 3.0
DRAFT_SECONDS = 0.1
ANSWERS = Counter("contor_chat_answers_total", "Answers of the assistant, by what became of them", ["outcome"])


class Answers:
    """The answers this process is making."""

    def __init__(self, context: Context, settings: ChatSettings, assistant: Assistant | None) -> None:
        self._context = context
        self._settings = settings
        self._assistant = assistant
        self._tasks: dict[asyncio.Task[None], Due] = {}
        self._at_once = asyncio.Semaphore(settings.answers_at_once)
        self._in_turn: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()

    @property
    def name(self) -> str | None:
        """The assistant's, None when it is switched off."""
        return None if self._assistant is None else self._assistant.name

    async def begin(self, due: Due, text: str, asker: Identity, languages: str) -> None:
        """Answer beside everything else; a person is asked at once when too many questions wait already."""
        if len(self._tasks) >= self._settings.answers_at_once + self._settings.answers_waiting:
            await self._conclude(due, HandOver("limit", None))
            return
        task = asyncio.create_task(self._answer(due, text, asker, detect_language(text, language_of(languages))))
        self._tasks[task] = due
        task.add_done_callback(self._tasks.pop)

    def give_up(self, conversation_id: UUID, before: int) -> None:
        """Somebody else got the conversation at message `before`: answers to earlier ones would be dropped."""
        for task, due in self._tasks.items():
            if due.conversation_id == conversation_id and due.question_seq < before:
                task.cancel()

    async def stop(self) -> None:
        """Give up what is being made, and have a person go on with it."""
        interrupted = dict(self._tasks)
        for task in interrupted:
            task.cancel()
        await asyncio.gather(*interrupted, return_exceptions=True)
        for due in interrupted.values():
            await self._conclude(due, HandOver("failed", None))

    async def _answer(self, due: Due, text: str, asker: Identity, language: Language) -> None:
        turn = self._in_turn.setdefault(due.conversation_id, asyncio.Lock())
        outcome: Answer | HandOver
        try:
            async with asyncio.timeout(self._settings.answer_seconds), turn, self._at_once:
                outcome = await self._ask(due, text, asker, language)
        except TimeoutError:
            outcome = HandOver("timeout", None)
        except Exception:
            log.exception("assistant_failed", conversation=str(due.conversation_id))
            outcome = HandOver("failed", None)
        try:
            await self._conclude(due, outcome)
        except Exception:
            # The row that says an answer is due is still there: the sweep asks a person.
            log.exception("answer_not_stored", conversation=str(due.conversation_id))

    async def _ask(self, due: Due, text: str, asker: Identity, language: Language) -> Answer | HandOver:
        assert self._assistant is not None  # noqa: S101  nothing is due without one
        async with self._context.database.transaction() as session:
            earlier = await MessageRepository(session).listed(
                due.conversation_id, notes=False, after=None, before=due.question_seq, limit=HISTORY
            )
        history = [turn for message in earlier if (turn := _turn(message, asker.id)) is not None]
        question = Question(text, language, history, asker, now(), due.conversation_id)
        drafts = Drafts(self._context, due, asker.id)
        typing = asyncio.create_task(drafts.type())
        try:
            return await self._assistant.answer(question, self._context.peers, drafts.tell)
        finally:
            typing.cancel()

    async def _conclude(self, due: Due, outcome: Answer | HandOver) -> None:
        """Store what came out, unless somebody else has the conversation by now."""
        async with self._context.database.transaction() as session:
            conversation = await ConversationRepository(session).locked(due.conversation_id)
            wanted = await DueRepository(session).take(due.conversation_id, due.question_seq)
            if conversation is None or not wanted or not _is_assistants(conversation, due.episode):
                ANSWERS.labels("dropped").inc()
                return
            conversation.answered_by = self.name
            if outcome.text:
                said = Answer(outcome.text) if isinstance(outcome, HandOver) else outcome
                message = await MessageRepository(session).append(
                    conversation,
                    author_kind="assistant",
                    author_name=self.name,
                    text=said.text,
                    sources=[{"kind": s.kind, "label": s.label, "href": s.href} for s in said.sources],
                    offers_person=said.offers_person,
                )
                await say_posted(session, conversation, message)
            if isinstance(outcome, HandOver):
                await Support(session).hand_over(conversation, outcome.reason)
        ANSWERS.labels("handed_over" if isinstance(outcome, HandOver) else "answered").inc()

    async def sweep(self) -> None:
        """Ask a person where an answer should have come by now and nobody makes it any more."""
        async with self._context.database.transaction() as session:
            overdue = await DueRepository(session).overdue(100)
        for conversation_id, episode in overdue:
            async with self._context.database.transaction() as session:
                conversation = await ConversationRepository(session).locked(conversation_id)
                if conversation is not None and _is_assistants(conversation, episode):
                    await Support(session).hand_over(conversation, "timeout")
                await DueRepository(session).forget(conversation_id, episode)


class Drafts:
    """What the client sees while an answer is made: hints, which may be lost."""

    def __init__(self, context: Context, due: Due, client_id: UUID) -> None:
        self._context = context
        self._due = due
        self._client_id = client_id
        self._told_at = 0.0

    async def type(self) -> None:
        while True:
            await self._say(
                TypingReported(
                    conversation_id=self._due.conversation_id,
                    user_id=None,
                    name=None,
                    audience=[self._client_id],
                    administrators=True,
                )
            )
            await asyncio.sleep(TYPING_SECONDS)

    async def tell(self, text: str) -> None:
        """Show the answer so far, at most ten times a second."""
        if (at := time.monotonic()) - self._told_at < DRAFT_SECONDS:
            return
        self._told_at = at
        await self._say(
            DraftUpdated(
                conversation_id=self._due.conversation_id,
                episode=self._due.episode,
                text=text,
                audience=[self._client_id],
                administrators=True,
            )
        )

    async def _say(self, hint: Message) -> None:
        try:
            await self._context.bus.publish(Envelope.of(hint))
        except OSError as error:
            log.warning("hint_lost", key=hint.key, error=repr(error))


def language_of(languages: str) -> Language:
    """The first of ours in an Accept-Language header."""
    for wish in languages.lower().split(","):
        match wish.strip()[:2]:
            case "ro":
                return "ro"
            case "en":
                return "en"
    return "en"


def _is_assistants(conversation: Conversation, episode: int) -> bool:
    return conversation.state == "ai_active" and conversation.episode == episode


def _turn(message: MessageRow, client_id: UUID) -> Turn | None:
    if message.author_kind == "system" or message.deleted_at is not None:
        return None
    if message.author_kind == "assistant":
        return Turn("assistant", message.text)
    return Turn("client" if message.author_id == client_id else "operator", message.text)
