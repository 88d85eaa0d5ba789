"""What the built-in answers do when they are unsure, when there is nothing to tell, and when nobody answers them."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import pytest

from contor.kernel.identity import Identity
from contor.kernel.peers import Peers
from contor.services.chat.assistant import Answer, HandOver, Language, Question, Turn, assistant_of
from contor.services.chat.assistant.rules.templates import PHRASES
from contor.services.chat.settings import ChatSettings
from tests.evaluations.household import ANA, NOW, peers


async def ask(
    text: str,
    *,
    language: Language = "en",
    history: Sequence[Turn] = (),
    asker: Identity = ANA,
    others: Peers | None = None,
) -> Answer | HandOver:
    assistant = assistant_of(ChatSettings(assistant="fallback"))
    assert assistant is not None
    household = others or peers()
    answer = await assistant.answer(Question(text, language, history, asker, NOW, UUID(int=1)), household, _nobody)
    await household.close()
    return answer


async def _nobody(_: str) -> None:
    """Nobody watches."""


async def test_the_answer_in_full() -> None:
    answer = await ask("How much did I use yesterday?")
    assert isinstance(answer, Answer)
    assert answer.text == (
        "Yesterday (17 March) you used **25.2 kWh**.\n"
        "- Apartament: 12 kWh\n"
        "- Atelier: 10.8 kWh\n"
        "- Garaj: 2.4 kWh\n"
        "That is 91% more than the day before (13.2 kWh)."
    )
    assert [source.kind for source in answer.sources] == ["device"] * 3


async def test_the_answer_in_romanian() -> None:
    answer = await ask("Cât am consumat anul ăsta la apartament?", language="ro")
    assert isinstance(answer, Answer)
    assert answer.text == (
        "Anul acesta până acum (1 ianuarie – 18 martie) **Apartament** a consumat **937,05 kWh**.\n"  # noqa: RUF001
        "Din anul dinainte nu există date cu care să compar."
    )


async def test_what_is_not_understood_is_offered_a_person_and_the_second_time_handed_over() -> None:
    offered = await ask("What is the weather like?")
    assert isinstance(offered, Answer)
    assert offered.offers_person
    history = [Turn("client", "What is the weather like?"), Turn("assistant", offered.text)]
    handed = await ask("I mean the weather", history=history)
    assert isinstance(handed, HandOver)
    assert handed.reason == "not_confident"
    assert isinstance(await ask("how much yesterday?", history=history), Answer)


@pytest.mark.parametrize(("text", "language"), [("yes please", "en"), ("da, te rog", "ro")])
async def test_an_offer_is_taken(text: str, language: Language) -> None:
    handed = await ask(text, language=language, history=[Turn("assistant", PHRASES[language]["offer"])])
    assert isinstance(handed, HandOver)
    assert handed.reason == "asked"


async def test_a_time_to_come_is_not_told() -> None:
    answer = await ask("how much will I use next week?")
    assert isinstance(answer, Answer)
    assert answer.text == PHRASES["en"]["ahead"]


async def test_each_meter_that_is_named_is_told() -> None:
    answer = await ask("garage and workshop yesterday?")
    assert isinstance(answer, Answer)
    assert "**Garaj** used **2.4 kWh**" in answer.text
    assert "**Atelier** used **10.8 kWh**" in answer.text
    assert "Apartament" not in answer.text


async def test_months_that_do_not_follow_each_other_are_both_told() -> None:
    answer = await ask("compară ianuarie cu martie", language="ro")
    assert isinstance(answer, Answer)
    assert "În ianuarie ai consumat **669,6 kWh**" in answer.text
    assert "**294,7 kWh**" in answer.text


@pytest.mark.parametrize(
    "text", ["", " ", "?!", "🙂", "a" * 4000, "consum " * 2000, "<script>alert(1)</script>", "1" * 500]
)
async def test_any_text_gets_an_answer(text: str) -> None:
    assert isinstance(await ask(text), Answer)


async def test_services_that_do_not_answer_hand_over() -> None:
    handed = await ask("how much yesterday?", others=Peers("http://127.0.0.1:9"), language="ro")
    assert handed == HandOver("failed", PHRASES["ro"]["hand_over_failed"])


async def test_a_token_that_is_refused_hands_over() -> None:
    handed = await ask("how much yesterday?", asker=replace(ANA, token="expired"))
    assert isinstance(handed, HandOver)


def test_both_languages_say_the_same_things() -> None:
    assert PHRASES["en"].keys() == PHRASES["ro"].keys()
    for phrase, english in PHRASES["en"].items():
        assert _placeholders(english) == _placeholders(PHRASES["ro"][phrase]), phrase


def _placeholders(text: str) -> set[str]:
    return {part.split("}")[0] for part in text.split("{")[1:]}
