"""Scores an answer: the tools called, the numbers in the text and the guide page shown."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

import yaml
from pydantic import BaseModel
from pydantic_evals import Case, Dataset
from pydantic_evals.evaluators import Evaluator, EvaluatorContext

from contor.services.chat.assistant.failsafe import FallibleAssistant
from contor.services.chat.assistant.llm.grounding import Facts, amounts
from contor.services.chat.assistant.protocol import Answer, HandOver, Language, Question
from contor.services.chat.assistant.tools import Tools
from tests.evaluations.household import ANA, NOW, peers

FOLDER = Path(__file__).parent


class Asked(BaseModel):
    language: Language
    text: str


class Expected(BaseModel):
    outcome: Literal["answer", "offer", "hand_over"] = "answer"
    calls: list[str] = []
    numbers: list[Decimal] = []
    page: str | None = None


@dataclass
class Observed:
    """The outcome of a question."""

    outcome: str
    text: str
    language: Language
    calls: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    ungrounded: list[str] = field(default_factory=list)
    """Numbers in the text that no tool returned."""


@dataclass
class IsRight(Evaluator[Asked, Any, Any]):
    """True if outcome, calls, numbers and page are as expected and no number is invented."""

    def evaluate(self, ctx: EvaluatorContext[Asked, Any, Any]) -> bool:
        expected = ctx.expected_output
        observed: Observed = ctx.output
        assert isinstance(expected, Expected)
        shown = amounts(observed.text, observed.language)
        return (
            observed.outcome == expected.outcome
            and sorted(observed.calls) == sorted(expected.calls)
            and all(any(amount.value == number for amount in shown) for number in expected.numbers)
            and (expected.page is None or observed.pages == [expected.page])
            and not observed.ungrounded
        )


def dataset(name: str) -> Dataset[Asked, Any, Any]:
    """The questions of `name`.yaml."""
    entries = yaml.safe_load((FOLDER / f"{name}.yaml").read_text("utf-8"))
    cases: list[Case[Asked, Any, Any]] = [
        Case(
            name=entry["text"],
            inputs=Asked(language=entry.pop("language"), text=entry.pop("text")),
            expected_output=Expected.model_validate(entry, extra="forbid"),
        )
        for entry in entries
    ]
    return Dataset(name=name, cases=cases, evaluators=[IsRight()])


def ask_with(assistant: FallibleAssistant) -> Callable[[Asked], Awaitable[Observed]]:
    """A function that asks this assistant about Ana's household."""

    async def ask(asked: Asked) -> Observed:
        household = peers()
        tools = Tools(household, ANA, NOW, asked.language)
        question = Question(asked.text, asked.language, (), ANA, NOW, UUID(int=1))
        outcome = await assistant.answer(question, tools, _ignore_draft)
        await household.close()
        return _observed(outcome, tools, asked.language)

    return ask


def _observed(outcome: Answer | HandOver, tools: Tools, language: Language) -> Observed:
    calls = [call.summary for call in tools.calls]
    pages = [page.id for call in tools.calls for page in getattr(call.result, "pages", ())]
    if isinstance(outcome, HandOver):
        return Observed("hand_over", outcome.text or "", language, calls, pages)
    ungrounded = Facts.of(tools, language).ungrounded(outcome.text)
    return Observed("offer" if outcome.offers_person else "answer", outcome.text, language, calls, pages, ungrounded)


async def _ignore_draft(_: str) -> None: ...
