"""Assistants that do what a test says: real ones, only without a mind of their own."""

import asyncio

from contor.kernel.peers import Peers
from contor.services.chat.assistant import Answer, HandOver, Question, Tell
from contor.services.chat.service.answers import Answers
from contor.services.chat.settings import ChatSettings
from tests.integration.services.chat.conftest import Chat

Outcome = Answer | HandOver | Exception


class Told:
    """Answers each question, in their order, with what `say` is given; until then it thinks."""

    name = "told"

    def __init__(self, drafts: tuple[str, ...] = ()) -> None:
        self.asked: list[Question] = []
        self._drafts = drafts
        self._waiting: list[asyncio.Future[Outcome]] = []

    async def answer(self, question: Question, peers: Peers, tell: Tell) -> Answer | HandOver:
        self.asked.append(question)
        for draft in self._drafts:
            await tell(draft)
        waiting: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        outcome = await waiting
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    @property
    def thinks(self) -> bool:
        return any(not waiting.done() for waiting in self._waiting)

    def say(self, outcome: Outcome) -> None:
        """To the oldest question that waits."""
        next(waiting for waiting in self._waiting if not waiting.done()).set_result(outcome)


class Stubborn:
    """Answers even when it was told to stop."""

    name = "stubborn"

    def __init__(self) -> None:
        self.stopped = asyncio.Event()

    async def answer(self, question: Question, peers: Peers, tell: Tell) -> Answer | HandOver:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.stopped.set()
        return Answer("much too late")


def employ(chat: Chat, assistant: Told | Stubborn, **settings: float) -> Answers:
    """Let this assistant answer from now on."""
    answers = Answers(chat.running.context, ChatSettings(**settings), assistant)  # type: ignore[arg-type]
    chat.running.context.register(answers)
    chat.running.context.register(ChatSettings(**settings))  # type: ignore[arg-type]
    return answers
