"""Assistants controlled by a test."""

import asyncio

from contor.kernel.peers import Peers
from contor.services.chat.assistant.protocol import Answer, HandOver, Question, ShowDraft
from contor.services.chat.service.answers import Answers
from contor.services.chat.settings import ChatSettings
from tests.integration.services.chat.conftest import Chat

Outcome = Answer | HandOver | Exception


class ScriptedAssistant:
    """Answers the questions in their order, each when the test calls `respond`."""

    name = "scripted"

    def __init__(self, drafts: tuple[str, ...] = ()) -> None:
        self.questions: list[Question] = []
        self._drafts = drafts
        self._waiting: list[asyncio.Future[Outcome]] = []

    async def answer(self, question: Question, peers: Peers, show_draft: ShowDraft) -> Answer | HandOver:
        self.questions.append(question)
        for draft in self._drafts:
            await show_draft(draft)
        waiting: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        outcome = await waiting
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    @property
    def is_busy(self) -> bool:
        return any(not waiting.done() for waiting in self._waiting)

    def respond(self, outcome: Outcome) -> None:
        """Answer the oldest open question."""
        next(waiting for waiting in self._waiting if not waiting.done()).set_result(outcome)


class UncancellableAssistant:
    """Answers even after it was cancelled."""

    name = "uncancellable"

    def __init__(self) -> None:
        self.cancelled = asyncio.Event()

    async def answer(self, question: Question, peers: Peers, show_draft: ShowDraft) -> Answer | HandOver:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.cancelled.set()
        return Answer("much too late")


def use_assistant(chat: Chat, assistant: ScriptedAssistant | UncancellableAssistant, **settings: float) -> Answers:
    """Make this the assistant of the running service."""
    answers = Answers(chat.running.context, ChatSettings(**settings), assistant)  # type: ignore[arg-type]
    chat.running.context.register(answers)
    chat.running.context.register(ChatSettings(**settings))  # type: ignore[arg-type]
    return answers
