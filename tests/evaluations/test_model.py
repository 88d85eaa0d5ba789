"""The score of the configured model; only with a key, because it calls a real service."""

import os

import pytest
from pydantic_evals.reporting import EvaluationReport

from contor.services.chat.assistant.budget import MemoryBudget
from contor.services.chat.assistant.llm.agent import ModelAssistant, model_of
from contor.services.chat.settings import ChatSettings
from tests.evaluations.scoring import Asked, Observed, ask_with, dataset

pytestmark = pytest.mark.skipif("GEMINI_API_KEY" not in os.environ, reason="needs GEMINI_API_KEY")


@pytest.mark.parametrize("name", ["questions", "held_out"])
async def test_the_score_is_printed_and_no_number_is_invented(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    settings = ChatSettings()
    assistant = ModelAssistant(model_of(settings), settings, MemoryBudget(10_000, 100_000_000))
    report: EvaluationReport[Asked, Observed, object] = await dataset(name).evaluate(
        ask_with(assistant), progress=False, max_concurrency=4
    )
    right = sum(all(result.value for result in case.assertions.values()) for case in report.cases)
    with capsys.disabled():
        print(f"\n{assistant.name}, {name}: {right} of {len(report.cases) + len(report.failures)}")
    assert not any(case.output.ungrounded for case in report.cases)
