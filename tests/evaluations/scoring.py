"""What makes an answer right: the tools that were asked, the numbers and the page in the text."""

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

from contor.services.chat.assistant import Answer, HandOver, Language, Question
from contor.services.chat.assistant.failsafe import Answering
from contor.services.chat.assistant.llm.grounding import Facts, amounts
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
class Given:
    """What came of a question."""

    outcome: str
    text: str
    language: Language
    calls: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    unfounded: list[str] = field(default_factory=list)
    """Numbers in the text that no tool found."""


@dataclass
class Right(Evaluator[Asked, Any, Any]):
    """Whether the outcome, the calls, the numbers and the page are as expected, and no number is invented."""

    def evaluate(self, ctx: EvaluatorContext[Asked, Any, Any]) -> bool:
        expected = ctx.expected_output
        given: Given = ctx.output
        assert isinstance(expected, Expected)
        shown = amounts(given.text, given.language)
        return (
            given.outcome == expected.outcome
            and sorted(given.calls) == sorted(expected.calls)
            and all(any(amount.value == number for amount in shown) for number in expected.numbers)
            and (expected.page is None or given.pages == [expected.page])
            and not given.unfounded
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
    return Dataset(name=name, cases=cases, evaluators=[Right()])


def asking(assistant: Answering) -> Callable[[Asked], Awaitable[Given]]:
    """Asks the assistant about Ana's household."""

    async def ask(asked: Asked) -> Given:
        household = peers()
        tools = Tools(household, ANA, NOW, asked.language)
        question = Question(asked.text, asked.language, (), ANA, NOW, UUID(int=1))
        answered = await assistant.answer(question, tools, _nobody)
        await household.close()
        return _given(answered, tools, asked.language)

    return ask


def _given(answered: Answer | HandOver, tools: Tools, language: Language) -> Given:
    calls = [use.call for use in tools.used]
    pages = [page.id for use in tools.used for page in getattr(use.result, "pages", ())]
    if isinstance(answered, HandOver):
        return Given("hand_over", answered.text or "", language, calls, pages)
    unfounded = Facts.of(tools, language).unfounded(answered.text)
    outcome = "offer" if answered.offers_person else "answer"
    return Given(outcome, answered.text, language, calls, pages, unfounded)


async def _nobody(_: str) -> None:
    """Nobody watches the answer grow."""
