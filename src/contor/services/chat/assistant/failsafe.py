"""Hands a question over to an operator when an assistant fails or takes too long."""

import asyncio
from typing import Protocol

from contor.kernel.errors import Problem
from contor.kernel.peers import Peers
from contor.kernel.telemetry import log
from contor.services.chat.assistant.protocol import Answer, HandOver, Question, ShowDraft
from contor.services.chat.assistant.rules.templates import render
from contor.services.chat.assistant.tools import Tools


class FallibleAssistant(Protocol):
    """An assistant that may raise any exception and need any time. Its hand-overs carry no text."""

    @property
    def name(self) -> str: ...

    async def answer(self, question: Question, tools: Tools, show_draft: ShowDraft) -> Answer | HandOver: ...


class FailsafeAssistant:
    """Wraps a fallible assistant: failures and timeouts become hand-overs, and every hand-over gets its text."""

    def __init__(self, inner: FallibleAssistant, timeout: float) -> None:
        self.name = inner.name
        self._inner = inner
        self._timeout = timeout

    async def answer(self, question: Question, peers: Peers, show_draft: ShowDraft) -> Answer | HandOver:
        outcome = await self._outcome(question, peers, show_draft)
        if isinstance(outcome, Answer):
            return outcome
        return HandOver(outcome.reason, render(question.language, f"hand_over_{outcome.reason}"))

    async def _outcome(self, question: Question, peers: Peers, show_draft: ShowDraft) -> Answer | HandOver:
        tools = Tools(peers, question.user, question.now, question.language)
        try:
            async with asyncio.timeout(self._timeout):
                return await self._inner.answer(question, tools, show_draft)
        except TimeoutError:
            log.warning("assistant_timed_out", assistant=self.name, conversation=str(question.conversation_id))
            return HandOver("timeout")
        except Problem as problem:
            log.warning("assistant_request_refused", assistant=self.name, code=problem.code, detail=problem.detail)
        except Exception:  # the client must get an operator after any failure
            log.exception("assistant_failed", assistant=self.name, conversation=str(question.conversation_id))
        return HandOver("failed")
