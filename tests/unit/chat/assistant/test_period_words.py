"""Periods as people write them, in both languages, on Wednesday, 18 March 2026."""

from datetime import date

import pytest

from contor.services.chat.assistant.period_words import find
from contor.services.chat.assistant.wording import words

TODAY = date(2026, 3, 18)
EXPRESSIONS = {
    "today": "2026-03-18..2026-03-18",
    "yesterday": "2026-03-17..2026-03-17",
    "yesterdya": "2026-03-17..2026-03-17",
    "the day before yesterday": "2026-03-16..2026-03-16",
    "this week": "2026-03-16..2026-03-22",
    "the current week": "2026-03-16..2026-03-22",
    "last week": "2026-03-09..2026-03-15",
    "the previous week": "2026-03-09..2026-03-15",
    "the week": "2026-03-16..2026-03-22",
    "this month": "2026-03-01..2026-03-31",
    "last month": "2026-02-01..2026-02-28",
    "this year": "2026-01-01..2026-12-31",
    "last year": "2025-01-01..2025-12-31",
    "in 2025": "2025-01-01..2025-12-31",
    "in february": "2026-02-01..2026-02-28",
    "in may": "2025-05-01..2025-05-31",
    "in October": "2025-10-01..2025-10-31",
    "february 2024": "2024-02-01..2024-02-29",
    "the month of January": "2026-01-01..2026-01-31",
    "on Monday": "2026-03-16..2026-03-16",
    "on wednesday": "2026-03-18..2026-03-18",
    "last Wednesday": "2026-03-11..2026-03-11",
    "thursday": "2026-03-12..2026-03-12",
    "17 March": "2026-03-17..2026-03-17",
    "March 17th": "2026-03-17..2026-03-17",
    "the 17th of March": "2026-03-17..2026-03-17",
    "March 17, 2025": "2025-03-17..2025-03-17",
    "17 March 2025": "2025-03-17..2025-03-17",
    "2026-03-05": "2026-03-05..2026-03-05",
    "5/3/2026": "2026-03-05..2026-03-05",
    "05.03": "2026-03-05..2026-03-05",
    "24.12": "2025-12-24..2025-12-24",
    "the last 7 days": "2026-03-12..2026-03-18",
    "past two weeks": "2026-03-05..2026-03-18",
    "from 1 to 10 March": "2026-03-01..2026-03-10",
    "between 1 March and 10 March": "2026-03-01..2026-03-10",
    "between 01.02.2026 and 15.02.2026": "2026-02-01..2026-02-15",
    "azi": "2026-03-18..2026-03-18",
    "astăzi": "2026-03-18..2026-03-18",
    "ieri": "2026-03-17..2026-03-17",
    "alaltăieri": "2026-03-16..2026-03-16",
    "săptămâna aceasta": "2026-03-16..2026-03-22",
    "saptamana asta": "2026-03-16..2026-03-22",
    "săptămîna trecută": "2026-03-09..2026-03-15",
    "săptămâna trecută": "2026-03-09..2026-03-15",
    "luna aceasta": "2026-03-01..2026-03-31",
    "luna în curs": "2026-03-01..2026-03-31",
    "luna trecută": "2026-02-01..2026-02-28",
    "luna februarie": "2026-02-01..2026-02-28",
    "anul ăsta": "2026-01-01..2026-12-31",
    "anul trecut": "2025-01-01..2025-12-31",
    "în mai": "2025-05-01..2025-05-31",
    "în ianuarie": "2026-01-01..2026-01-31",
    "luni": "2026-03-16..2026-03-16",
    "marți": "2026-03-17..2026-03-17",
    "sâmbăta trecută": "2026-03-14..2026-03-14",
    "duminică": "2026-03-15..2026-03-15",
    "pe 17 martie": "2026-03-17..2026-03-17",
    "17 martie 2025": "2025-03-17..2025-03-17",
    "ultimele 7 zile": "2026-03-12..2026-03-18",
    "ultimele două luni": "2026-01-18..2026-03-18",
    "ultimele 30 de zile": "2026-02-17..2026-03-18",
    "de la 1 la 10 martie": "2026-03-01..2026-03-10",
    "din 1 până în 10 martie": "2026-03-01..2026-03-10",
    "între 1 și 10 martie": "2026-03-01..2026-03-10",
    "între 01.02.2026 și 15.02.2026": "2026-02-01..2026-02-15",
    "1-10 martie": "2026-03-01..2026-03-10",
    "de luni până azi": "2026-03-16..2026-03-22",
    "since Monday": "2026-03-16..2026-03-22",
    "since 1 March": "2026-03-01..2026-03-31",
    "de la 1 martie": "2026-03-01..2026-03-31",
    "since 5 March": "2026-03-05..2026-03-18",
    "weekend": "2026-03-14..2026-03-15",
    "last weekend": "2026-03-14..2026-03-15",
    "29 February": "2024-02-29..2024-02-29",
    "tomorrow": "2026-03-19..2026-03-19",
    "next week": "2026-03-23..2026-03-29",
    "luna viitoare": "2026-04-01..2026-04-30",
}


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_expressions(text: str) -> None:
    mention = find(words(text), TODAY)
    assert mention is not None
    assert f"{mention.period.first}..{mention.period.last}" == EXPRESSIONS[text]
    assert mention.ahead == (mention.period.first > TODAY)


@pytest.mark.parametrize("text", ["", "I may want more", "mai vreau", "31.02", "99.99.2026", "room 17", "1 2 3"])
def test_no_period(text: str) -> None:
    assert find(words(text), TODAY) is None


@pytest.mark.parametrize("text", ["last night", "aseară", "this morning", "azi dimineață", "ieri seară"])
def test_part_of_a_day(text: str) -> None:
    mention = find(words(text), TODAY)
    assert mention is not None
    assert mention.part_of_day
