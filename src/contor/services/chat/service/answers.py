"""The assistant's answers: background tasks with the token of the user who asked, which is never stored.

The process that received a question answers it, and a stored row says until when. If the process dies, the sweep of any
other replica hands the conversation over to operators.
"""

import asyncio
import time
from typing import Any
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
from contor.services.chat.repository.conversations import ConversationRepository
from contor.services.chat.repository.messages import MessageRepository
from contor.services.chat.repository.pending_answers import PendingAnswerRepository
from contor.services.chat.repository.rows import MessageRow
from contor.services.chat.service.events import emit_message_posted
from contor.services.chat.service.messages import UnansweredQuestion
from contor.services.chat.service.support import Support
from contor.services.chat.settings import ChatSettings

HISTORY = 20
TYPING_SECONDS = 3.0
DRAFT_SECONDS = 0.1
OVERDUE_BATCH = 100
ANSWERS = Counter("contor_chat_answers_total", "Answers of the assistant, by outcome", ["outcome"])


class Answers:
    def __init__(self, context: Context, settings: ChatSettings, assistant: Assistant | None) -> None:
        self._context = context
        self._settings = settings
        self._assistant = assistant
        self._tasks: dict[asyncio.Task[None], UnansweredQuestion] = {}
        self._concurrency = asyncio.Semaphore(settings.max_concurrent_answers)
        self._locks: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()
        """One for each conversation: its questions are answered in order."""

    @property
    def assistant_name(self) -> str | None:
        """None when the assistant is switched off."""
        return None if self._assistant is None else self._assistant.name

    async def start(self, question: UnansweredQuestion, text: str, asker: Identity, languages: str) -> None:
        """Answer in the background; hand over to operators at once when the queue of questions is full."""
        if len(self._tasks) >= self._settings.max_concurrent_answers + self._settings.max_queued_answers:
            await self._store(question, HandOver("limit", None))
            return
        task = asyncio.create_task(
            self._answer(question, text, asker, detect_language(text, preferred_language(languages)))
        )
        self._tasks[task] = question
        task.add_done_callback(self._tasks.pop)

    def cancel(self, conversation_id: UUID, before_seq: int) -> None:
        """Cancel the answers to questions before this message of the conversation."""
        for task, question in self._tasks.items():
            if question.conversation_id == conversation_id and question.question_seq < before_seq:
                task.cancel()

    async def stop(self) -> None:
        """Cancel all answers and hand their conversations over to operators."""
        interrupted = dict(self._tasks)
        for task in interrupted:
            task.cancel()
        await asyncio.gather(*interrupted, return_exceptions=True)
        for question in interrupted.values():
            await self._store(question, HandOver("failed", None))

    async def hand_over_overdue(self) -> None:
        """Hand over the conversations whose answer is overdue, of any process."""
        async with self._context.database.transaction() as session:
            overdue = await PendingAnswerRepository(session).list_overdue(OVERDUE_BATCH)
        for conversation_id, episode in overdue:
            async with self._context.database.transaction() as session:
                conversation = await ConversationRepository(session).get_for_update(conversation_id)
                if conversation is not None and _has_assistant(conversation, episode):
                    await Support(session).hand_over(conversation, "timeout")
                await PendingAnswerRepository(session).remove_up_to(conversation_id, episode)

    async def _answer(self, question: UnansweredQuestion, text: str, asker: Identity, language: Language) -> None:
        in_order = self._locks.setdefault(question.conversation_id, asyncio.Lock())
        try:
            async with asyncio.timeout(self._settings.answer_seconds) as deadline, in_order:
                outcome = await self._ask_or_hand_over(question, text, asker, language)
                deadline.reschedule(None)
                # Still under the lock: an answer is stored before that of the next question.
                await self._store_or_log(question, outcome)
        except TimeoutError:
            await self._store_or_log(question, HandOver("timeout", None))

    async def _ask_or_hand_over(
        self, question: UnansweredQuestion, text: str, asker: Identity, language: Language
    ) -> Answer | HandOver:
        try:
            async with self._concurrency:
                return await self._ask(question, text, asker, language)
        except TimeoutError:
            return HandOver("timeout", None)
        except Exception:
            log.exception("assistant_failed", conversation=str(question.conversation_id))
            return HandOver("failed", None)

    async def _store_or_log(self, question: UnansweredQuestion, outcome: Answer | HandOver) -> None:
        try:
            await self._store(question, outcome)
        except Exception:
            # The pending answer is still stored: the sweep hands the conversation over.
            log.exception("answer_store_failed", conversation=str(question.conversation_id))

    async def _ask(
        self, question: UnansweredQuestion, text: str, asker: Identity, language: Language
    ) -> Answer | HandOver:
        assert self._assistant is not None  # noqa: S101  without one there are no questions to answer
        async with self._context.database.transaction() as session:
            earlier = await MessageRepository(session).get_range(
                question.conversation_id, notes=False, after=None, before=question.question_seq, limit=HISTORY
            )
        history = [turn for message in earlier if (turn := _turn(message, asker.id)) is not None]
        progress = Progress(self._context, question, asker.id)
        typing = asyncio.create_task(progress.report_typing())
        try:
            return await self._assistant.answer(
                Question(text, language, history, asker, now(), question.conversation_id),
                self._context.peers,
                progress.report_draft,
            )
        finally:
            typing.cancel()

    async def _store(self, question: UnansweredQuestion, outcome: Answer | HandOver) -> None:
        """Discards the outcome if the assistant does not have the conversation any more."""
        async with self._context.database.transaction() as session:
            conversation = await ConversationRepository(session).get_for_update(question.conversation_id)
            pending = await PendingAnswerRepository(session).remove(question.conversation_id, question.question_seq)
            if conversation is None or not pending or not _has_assistant(conversation, question.episode):
                ANSWERS.labels("dropped").inc()
                return
            conversation.answered_by = self.assistant_name
            if outcome.text:
                answer = Answer(outcome.text) if isinstance(outcome, HandOver) else outcome
                message = await MessageRepository(session).append(
                    conversation,
                    author_kind="assistant",
                    author_name=self.assistant_name,
                    text=answer.text,
                    sources=[{"kind": s.kind, "label": s.label, "href": s.href} for s in answer.sources],
                    offers_person=answer.offers_person,
                )
                await emit_message_posted(session, conversation, message)
            if isinstance(outcome, HandOver):
                await Support(session).hand_over(conversation, outcome.reason)
        ANSWERS.labels("handed_over" if isinstance(outcome, HandOver) else "answered").inc()


class Progress:
    """Shows the client that an answer is being made. Reports may be lost."""

    def __init__(self, context: Context, question: UnansweredQuestion, client_id: UUID) -> None:
        self._context = context
        self._episode = question.episode
        self._common: dict[str, Any] = {
            "conversation_id": question.conversation_id,
            "audience": [client_id],
            "administrators": True,
        }
        self._reported_at = 0.0

    async def report_typing(self) -> None:
        """Repeat until cancelled."""
        while True:
            await self._publish(TypingReported(user_id=None, name=None, **self._common))
            await asyncio.sleep(TYPING_SECONDS)

    async def report_draft(self, text: str) -> None:
        """Publish the text so far, at most ten times a second."""
        if (at := time.monotonic()) - self._reported_at < DRAFT_SECONDS:
            return
        self._reported_at = at
        await self._publish(DraftUpdated(episode=self._episode, text=text, **self._common))

    async def _publish(self, message: Message) -> None:
        try:
            await self._context.bus.publish(Envelope.of(message))
        except OSError as error:
            log.warning("answer_progress_failed", key=message.key, error=repr(error))


def preferred_language(accept_language: str) -> Language:
    """The first supported language of an Accept-Language header; English if there is none."""
    for language in accept_language.lower().split(","):
        match language.strip()[:2]:
            case "ro":
                return "ro"
            case "en":
                return "en"
    return "en"


def _has_assistant(conversation: Conversation, episode: int) -> bool:
    return conversation.state == "ai_active" and conversation.episode == episode


def _turn(message: MessageRow, client_id: UUID) -> Turn | None:
    if message.author_kind == "system" or message.deleted_at is not None:
        return None
    if message.author_kind == "assistant":
        return Turn("assistant", message.text)
    return Turn("client" if message.author_id == client_id else "operator", message.text)
