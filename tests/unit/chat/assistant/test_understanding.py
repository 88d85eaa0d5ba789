"""That people are understood however they put it, and not understood when they speak of something else."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from contor.services.chat.assistant.rules.understand import understand

METERS = ["Apartament", "Atelier", "Garaj"]
TODAY = date(2026, 3, 18)
PARAPHRASES = yaml.safe_load((Path(__file__).parent / "paraphrases.yaml").read_text("utf-8"))


@pytest.mark.parametrize(
    ("meaning", "text"), [(meaning, text) for meaning, texts in PARAPHRASES.items() for text in texts]
)
def test_paraphrases(meaning: str, text: str) -> None:
    understood = understand(text, METERS, TODAY)
    assert understood.intent == (None if meaning == "nothing" else meaning), understood


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
def test_what_is_told_besides_does_not_matter(text: str) -> None:
    understood = understand(text, METERS, TODAY)
    assert (understood.intent, understood.meters) == ("consumption", ("Garaj",))
    assert [period.first for period in understood.periods] == [date(2026, 3, 17)]


@pytest.mark.parametrize("text", ["How much did I use, or rather, get me a human", "nu e bine, vreau un operator"])
def test_whoever_asks_for_a_person_gets_one(text: str) -> None:
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
def test_what_is_near_our_field_but_beyond_it_is_not_answered(text: str) -> None:
    assert understand(text, METERS, TODAY).intent is None


def test_several_meters_are_all_meant() -> None:
    assert set(understand("garage and workshop yesterday", METERS, TODAY).meters) == {"Garaj", "Atelier"}
    assert understand("apartment 12 yesterday", ["Flat 12", "Flat 14"], TODAY).meters == ("Flat 12",)


def test_a_meter_is_known_by_a_part_of_its_name_that_only_it_has() -> None:
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
def test_what_is_compared_is_the_newer_unless_another_lies_between(text: str, months: list[int]) -> None:
    understood = understand(text, METERS, TODAY)
    assert understood.intent == "compare"
    assert [period.first.month for period in understood.periods] == months
