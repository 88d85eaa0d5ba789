"""The same questions to the configured model: only with a key, because it asks a real service."""

import os

import pytest
from pydantic_evals.reporting import EvaluationReport

from contor.services.chat.assistant import MemoryBudget
from contor.services.chat.assistant.llm.agent import ModelAssistant, model_of
from contor.services.chat.settings import ChatSettings
from tests.evaluations.scoring import Asked, Given, asking, dataset

pytestmark = pytest.mark.skipif("GEMINI_API_KEY" not in os.environ, reason="needs GEMINI_API_KEY")


@pytest.mark.parametrize("name", ["questions", "held_out"])
async def test_score(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    settings = ChatSettings()
    assistant = ModelAssistant(model_of(settings), settings, MemoryBudget(10_000, 100_000_000))
    report: EvaluationReport[Asked, Given, object] = await dataset(name).evaluate(
        asking(assistant), progress=False, max_concurrency=4
    )
    right = sum(all(result.value for result in case.assertions.values()) for case in report.cases)
    with capsys.disabled():
        print(f"\n{assistant.name}, {name}: {right} of {len(report.cases) + len(report.failures)}")
    assert not any(case.output.unfounded for case in report.cases)
