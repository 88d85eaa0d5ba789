"""How well the built-in answers understand people: all of the questions they were written with, 90 % of the others."""

import pytest

from contor.services.chat.assistant.rules.assistant import Fallback
from tests.evaluations.scoring import asking, dataset


@pytest.mark.parametrize(("name", "least"), [("questions", 1.0), ("held_out", 0.9)])
async def test_score(name: str, least: float, capsys: pytest.CaptureFixture[str]) -> None:
    questions = dataset(name)
    assert questions.cases, f"{name}.yaml asks nothing"
    report = await questions.evaluate(asking(Fallback()), progress=False, max_concurrency=4)
    missed = [case for case in report.cases if not all(result.value for result in case.assertions.values())]
    score = 1 - (len(missed) + len(report.failures)) / (len(report.cases) + len(report.failures))
    with capsys.disabled():
        print(f"\nfallback, {name}: {score:.0%} of {len(report.cases)}")
        for case in missed if name == "questions" else ():  # what is kept apart is counted, not looked at
            print(f"  missed: {case.name}\n    {case.output}")
    assert not report.failures, report.failures[0]
    assert score >= least
