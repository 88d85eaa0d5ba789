"""Understanding of questions: paraphrases get their intent, other subjects get none."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from contor.services.chat.assistant.rules.understand import understand

METERS = ["Apartament", "Atelier", "Garaj"]
TODAY = date(2026, 3, 18)
PARAPHRASES = yaml.safe_load((Path(__file__).parent / "paraphrases.yaml").read_text("utf-8"))


@pytest.mark.parametrize(
    ("intent", "text"), [(intent, text) for intent, texts in PARAPHRASES.items() for text in texts]
)
def test_a_paraphrase_gets_its_intent(intent: str, text: str) -> None:
    understood = understand(text, METERS, TODAY)
    assert understood.intent == (None if intent == "none" else intent), understood


@pytest.mark.parametrize(
    "text",
    [
        "We had guests over the weekend. How much did the garage use yesterday?",
        "Good morning! My tenant is asking, what did the garage use yesterday",
        "am fost plecat, cât a consumat garajul ieri?",
        "how much did the garge use yesterdya",
        "Cît a consumat garajul ieri",
    ],
)
def test_text_beside_the_question_does_not_matter(text: str) -> None:
    understood = understand(text, METERS, TODAY)
    assert (understood.intent, understood.meters) == ("consumption", ("Garaj",))
    assert [period.first for period in understood.periods] == [date(2026, 3, 17)]


@pytest.mark.parametrize("text", ["How much did I use, or rather, get me a human", "nu e bine, vreau un operator"])
def test_a_request_for_a_person_beats_a_question(text: str) -> None:
    assert understand(text, METERS, TODAY).intent == "person"


@pytest.mark.parametrize(
    "text",
    [
        "how much water did I use yesterday",
        "cât a consumat vecinul luna trecută",
        "when will the power come back on in our street?",
        "se oprește curentul mâine pe strada noastră?",
        "please turn off the lights in the garage",
        "should I get solar panels",
        "îmi puteți scădea prețul?",
    ],
)
def test_a_related_subject_out_of_scope_gets_no_intent(text: str) -> None:
    assert understand(text, METERS, TODAY).intent is None


def test_every_named_meter_is_found() -> None:
    assert set(understand("garage and workshop yesterday", METERS, TODAY).meters) == {"Garaj", "Atelier"}
    assert understand("apartment 12 yesterday", ["Flat 12", "Flat 14"], TODAY).meters == ("Flat 12",)


def test_a_unique_part_of_a_name_finds_the_meter() -> None:
    assert understand("biroul ieri", ["Birou etaj 2", "Bucătărie"], TODAY).meters == ("Birou etaj 2",)
    assert understand("the office yesterday", ["Birou etaj 2", "Birou etaj 3"], TODAY).meters == ()


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("was February lower than January?", [2]),
        ("more than last month?", [3]),
        ("by how much did it drop from January to February", [2]),
        ("compare January with March", [1, 3]),
    ],
)
def test_a_comparison_gives_the_newer_period_or_both_if_not_consecutive(text: str, months: list[int]) -> None:
    understood = understand(text, METERS, TODAY)
    assert understood.intent == "compare"
    assert [period.first.month for period in understood.periods] == months
