"""Whatever goes wrong while an assistant answers, somebody goes on: a person."""

import asyncio
from typing import Protocol

from contor.kernel.errors import Problem
from contor.kernel.peers import Peers
from contor.kernel.telemetry import log
from contor.services.chat.assistant.protocol import Answer, HandOver, Question, Tell
from contor.services.chat.assistant.rules.templates import hand_over
from contor.services.chat.assistant.tools import Tools


class Answering(Protocol):
    """An assistant that may fail."""

    @property
    def name(self) -> str: ...

    async def answer(self, question: Question, tools: Tools, tell: Tell) -> Answer | HandOver: ...


class Guarded:
    """An assistant that ends in time and never fails: it hands over."""

    def __init__(self, inner: Answering, timeout: float) -> None:
        self.name = inner.name
        self._inner = inner
        self._timeout = timeout

    async def answer(self, question: Question, peers: Peers, tell: Tell) -> Answer | HandOver:
        tools = Tools(peers, question.asker, question.now, question.language)
        try:
            async with asyncio.timeout(self._timeout):
                return await self._inner.answer(question, tools, tell)
        except TimeoutError:
            log.warning("assistant_timeout", assistant=self.name, conversation=str(question.conversation_id))
            return hand_over("timeout", question)
        except Problem as problem:
            log.warning("assistant_refused", assistant=self.name, code=problem.code, detail=problem.detail)
            return hand_over("failed", question)
        except Exception:  # the conversation must not stay without an owner, whatever this was
            log.exception("assistant_failed", assistant=self.name, conversation=str(question.conversation_id))
            return hand_over("failed", question)
