"""The rule-based assistant: its answers, what it does when it is unsure, and failures of other services."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from contor.kernel.identity import Identity
from contor.kernel.peers import Peers
from contor.services.chat.assistant import assistant_of
from contor.services.chat.assistant.protocol import Answer, HandOver, Language, Question, Turn
from contor.services.chat.assistant.results import CurrentHour, CurrentHours, Meter
from contor.services.chat.assistant.rules.replies import ReplyWriter
from contor.services.chat.assistant.rules.templates import TEMPLATES
from contor.services.chat.settings import ChatSettings
from tests.evaluations.household import ANA, NOW, peers


async def ask(
    text: str,
    *,
    language: Language = "en",
    history: Sequence[Turn] = (),
    user: Identity = ANA,
    others: Peers | None = None,
) -> Answer | HandOver:
    assistant = assistant_of(ChatSettings(assistant="fallback"))
    assert assistant is not None
    household = others or peers()
    answer = await assistant.answer(Question(text, language, history, user, NOW, UUID(int=1)), household, _ignore_draft)
    await household.close()
    return answer


async def _ignore_draft(_: str) -> None: ...


async def test_the_full_text_in_english() -> None:
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


async def test_the_full_text_in_romanian() -> None:
    answer = await ask("Cât am consumat anul ăsta la apartament?", language="ro")
    assert isinstance(answer, Answer)
    assert answer.text == (
        "Anul acesta până acum (1 ianuarie – 18 martie) **Apartament** a consumat **937,05 kWh**.\n"  # noqa: RUF001
        "Nu există citiri în anul precedent, deci nu pot compara."
    )


@pytest.mark.parametrize(
    ("age", "text"),
    [
        (timedelta(hours=3), "**Garaj** has not sent readings since 18 March at 11:20."),
        (timedelta(minutes=10), "**Garaj**: 0.4 kWh of 1.5 kWh in the hour 14:00–15:00 (27%); 1.1 kWh left."),  # noqa: RUF001
    ],
)
def test_the_hour_of_a_silent_meter_is_only_what_it_sent(age: timedelta, text: str) -> None:
    meter = Meter(
        id=ANA.id, name="Garaj", time_zone="Europe/Bucharest", hour_limit_kwh=Decimal("1.5"), address="", description=""
    )
    summary = {
        "state": "silent",
        "last_reading_at": (NOW - age).isoformat(),
        "hour": {"start": "2026-03-18T12:00:00Z", "end": "2026-03-18T13:00:00Z", "energy_kwh": Decimal("0.4")},
        "limit_kwh": Decimal("1.5"),
        "power_w": None,
        "today_kwh": Decimal(4),
    }
    found = CurrentHours(meters=(CurrentHour.of(meter, summary),))
    assert ReplyWriter("en", NOW.date()).limits_now(found) == text


async def test_a_person_is_offered_first_and_the_second_time_the_conversation_is_handed_over() -> None:
    offered = await ask("What is the weather like?")
    assert isinstance(offered, Answer)
    assert offered.offers_person
    history = [Turn("client", "What is the weather like?"), Turn("assistant", offered.text)]
    handed = await ask("I mean the weather", history=history)
    assert isinstance(handed, HandOver)
    assert handed.reason == "not_confident"
    assert isinstance(await ask("how much yesterday?", history=history), Answer)


@pytest.mark.parametrize(("text", "language"), [("yes please", "en"), ("da, te rog", "ro")])
async def test_a_yes_to_the_offer_hands_over(text: str, language: Language) -> None:
    handed = await ask(text, language=language, history=[Turn("assistant", TEMPLATES[language]["offer"])])
    assert isinstance(handed, HandOver)
    assert handed.reason == "asked"


async def test_the_future_gets_no_numbers() -> None:
    answer = await ask("how much will I use next week?")
    assert isinstance(answer, Answer)
    assert answer.text == TEMPLATES["en"]["ahead"]


async def test_each_named_meter_is_answered() -> None:
    answer = await ask("garage and workshop yesterday?")
    assert isinstance(answer, Answer)
    assert "**Garaj** used **2.4 kWh**" in answer.text
    assert "**Atelier** used **10.8 kWh**" in answer.text
    assert "Apartament" not in answer.text


async def test_both_of_two_months_are_given_if_not_consecutive() -> None:
    answer = await ask("compară ianuarie cu martie", language="ro")
    assert isinstance(answer, Answer)
    assert "În ianuarie ai consumat **669,6 kWh**" in answer.text
    assert "**294,7 kWh**" in answer.text


@pytest.mark.parametrize(
    "text", ["", " ", "?!", "🙂", "a" * 4000, "consum " * 2000, "<script>alert(1)</script>", "1" * 500]
)
async def test_any_text_gets_an_answer(text: str) -> None:
    assert isinstance(await ask(text), Answer)


async def test_an_unreachable_service_hands_over() -> None:
    handed = await ask("how much yesterday?", others=Peers("http://127.0.0.1:9"), language="ro")
    assert handed == HandOver("failed", TEMPLATES["ro"]["hand_over_failed"])


async def test_a_refused_token_hands_over() -> None:
    handed = await ask("how much yesterday?", user=replace(ANA, token="expired"))
    assert isinstance(handed, HandOver)


def test_both_languages_have_the_same_templates_and_placeholders() -> None:
    assert TEMPLATES["en"].keys() == TEMPLATES["ro"].keys()
    for name, english in TEMPLATES["en"].items():
        assert _placeholders(english) == _placeholders(TEMPLATES["ro"][name]), name


def _placeholders(text: str) -> set[str]:
    return {part.split("}")[0] for part in text.split("{")[1:]}
