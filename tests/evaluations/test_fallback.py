"""The score of the rule-based assistant: all questions the rules were written with, 90 % of the held-out ones."""

import pytest

from contor.services.chat.assistant.rules.assistant import RuleAssistant
from tests.evaluations.scoring import ask_with, dataset


@pytest.mark.parametrize(("name", "least"), [("questions", 1.0), ("held_out", 0.9)])
async def test_the_score_is_high_enough(name: str, least: float, capsys: pytest.CaptureFixture[str]) -> None:
    questions = dataset(name)
    assert questions.cases, f"{name}.yaml has no questions"
    report = await questions.evaluate(ask_with(RuleAssistant()), progress=False, max_concurrency=4)
    missed = [case for case in report.cases if not all(result.value for result in case.assertions.values())]
    score = 1 - (len(missed) + len(report.failures)) / (len(report.cases) + len(report.failures))
    with capsys.disabled():
        print(f"\nfallback, {name}: {score:.0%} of {len(report.cases)}")
        for case in missed if name == "questions" else ():  # held-out questions are counted, not shown
            print(f"  missed: {case.name}\n    {case.output}")
    assert not report.failures, report.failures[0]
    assert score >= least
