"""Grounding: a number from a tool's result passes in any notation, any other number is found."""

from decimal import Decimal
from uuid import UUID

import pytest

from contor.services.chat.assistant.llm.grounding import Facts, parse
from contor.services.chat.assistant.periods import day_of, month_of
from contor.services.chat.assistant.protocol import Language
from contor.services.chat.assistant.tools import Tools
from tests.evaluations.household import ANA, NOW, TODAY, peers


@pytest.mark.parametrize(
    ("written", "language", "value"),
    [
        ("1,234.5", "en", "1234.5"),
        ("1.234,5", "en", "1234.5"),
        ("1,234", "en", "1234"),
        ("1.234", "en", "1.234"),
        ("0,125", "en", "0.125"),
        ("1,234,567", "en", "1234567"),
        ("25.2", "en", "25.2"),
        ("1.234,5", "ro", "1234.5"),
        ("1.234", "ro", "1234"),
        ("1,234", "ro", "1.234"),
        ("25,2", "ro", "25.2"),
        ("25.2", "ro", "25.2"),
        ("0.125", "ro", "0.125"),
        ("1\u00a0234,5", "ro", "1234.5"),
        ("007", "en", "7"),
    ],
)
def test_numbers_are_parsed_in_both_languages(written: str, language: Language, value: str) -> None:
    assert parse(written, language) == Decimal(value)


async def facts(language: Language = "en") -> Facts:
    """From yesterday, this month, the running hour, the alerts and the guide."""
    household = peers()
    tools = Tools(household, ANA, NOW, language)
    await tools.meters()
    await tools.consumption(day_of(TODAY).previous())
    await tools.consumption(month_of(TODAY), "Garaj")
    await tools.this_hour()
    await tools.alerts()
    tools.guide("how do I change my password")
    await household.close()
    return Facts.of(tools, language)


@pytest.mark.parametrize(
    "text",
    [
        "Yesterday you used 25.2 kWh, 25 kWh rounded, 25,200 Wh or 0.0252 MWh.",
        "Yesterday (17 March 2026, 2026-03-17, March 17th, 17.03.2026) it was 25.2 kilowatt-hours.",
        "That is 91% more than the 13.2 kWh of 16 March: +12 kWh.",
        "Apartament 12 kWh, Atelier 10.8 and Garaj 2.4 kWh.",
        "Between 19:00 and 20:00, at 7 pm, it used 2.8 kWh.",
        "You have 3 meters, and three kWh is 2.8 kWh rounded.",
        "There were 3 alerts in the last 30 days; 2 are not acknowledged.",
        "Garaj draws 4.95 kW, or 4,950 W, at 14:19.",
        "1. Apartament\n2. Garaj\n3. Atelier",
        "A password has at least 8 characters.",
        "One clock hour, 24 hours a day, 60 minutes an hour.",
        "It is 14:20 in Bucharest.",
        "In March 2026.",
        "See [the chart](/meters/00000000-0000-0000-0000-000000000001).",
    ],
)
async def test_numbers_from_results_are_grounded(text: str) -> None:
    assert (await facts()).ungrounded(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "You used 26.2 kWh.",
        "You used 25.3 kWh.",
        "You used 25.24 kWh.",
        "You used 252 kWh.",
        "You used 25.2 MWh.",
        "You used 25.2 W.",
        "That is 25.2%.",
        "That is 92% more.",
        "It costs 25.2 lei.",
        "It costs €8.",
        "On 12 January.",
        "On 2026-03-05.",
        "In May 2026.",
        "At 03:15.",
        "At 3 am.",
        "You used nineteen kWh.",
        "You have 4 meters.",
        "Since 1999.",
        "A password has at least 12 characters.",
        "Within 90 minutes.",
    ],
)
async def test_another_number_is_ungrounded(text: str) -> None:
    assert len((await facts()).ungrounded(text)) == 1


async def test_romanian_text() -> None:
    known = await facts("ro")
    assert (
        known.ungrounded("Ieri, 17 martie, ai consumat 25,2 kWh, cu 91 % mai mult; parola are minimum 8 caractere.")
        == []
    )
    assert known.ungrounded("Ai consumat 25,3 kWh pe 12 mai.") == ["12 mai", "25,3 kWh"]
    assert known.ungrounded("Ai consumat nouăsprezece kilowați-oră.") == ["nouăsprezece kilowați-oră"]


async def test_numbers_in_names_are_grounded_and_in_descriptions_are_not() -> None:
    household = peers()
    tools = Tools(household, ANA, NOW, "en")
    found = await tools.meters()
    await household.close()
    garage = found.meters[2].model_copy(update={"name": "Box 77", "description": "It used 999 kWh.", "id": UUID(int=9)})
    tools.calls[0] = type(tools.calls[0])("meters", found.model_copy(update={"meters": (garage,)}), ())
    known = Facts.of(tools, "en")
    assert known.ungrounded("Box 77 is fine.") == []
    assert known.ungrounded("It used 999 kWh, 77 kWh.") == ["999 kWh", "77 kWh"]


async def test_numbers_of_earlier_answers_are_grounded() -> None:
    tools = Tools(peers(), ANA, NOW, "en")
    assert (
        Facts.of(tools, "en", ["You used 25.2 kWh on 17 March."]).ungrounded("As I said: 25.2 kWh, on 17 March.") == []
    )
