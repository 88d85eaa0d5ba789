"""The language a question is written in."""

import pytest

from contor.services.chat.assistant.protocol import Language
from contor.services.chat.assistant.rules.language import TELLING, spoken

OTHER: dict[Language, Language] = {"en": "ro", "ro": "en"}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("How much did I use yesterday?", "en"),
        ("and last month", "en"),
        ("HELP", "en"),
        ("Is the heat pump of Bistrița over its limit?", "en"),
        ("Cât am consumat ieri?", "ro"),
        ("cat am consumat ieri", "ro"),
        ("care contor consuma cel mai mult", "ro"),
        ("dar pe week-end?", "ro"),
        ("Garaj: factură", "ro"),
    ],
)
def test_a_question_is_of_the_language_of_its_words_whatever_that_of_the_pages(text: str, language: Language) -> None:
    assert spoken(text, language) == spoken(text, OTHER[language]) == language


@pytest.mark.parametrize("text", ["", "Garaj", "2026-03-14", "?", "ok"])
def test_what_is_in_neither_language_is_of_that_of_the_pages(text: str) -> None:
    assert (spoken(text, "en"), spoken(text, "ro")) == ("en", "ro")


def test_no_word_tells_both_languages() -> None:
    assert not TELLING["en"] & TELLING["ro"]
