"""Detection of the language of a question."""

import pytest

from contor.services.chat.assistant.protocol import Language
from contor.services.chat.assistant.rules.language import DISTINCTIVE, detect_language

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
def test_the_language_is_that_of_the_words_not_of_the_pages(text: str, language: Language) -> None:
    assert detect_language(text, language) == detect_language(text, OTHER[language]) == language


@pytest.mark.parametrize("text", ["", "Garaj", "2026-03-14", "?", "ok"])
def test_undecided_text_gets_the_language_of_the_pages(text: str) -> None:
    assert (detect_language(text, "en"), detect_language(text, "ro")) == ("en", "ro")


def test_no_word_is_distinctive_of_both_languages() -> None:
    assert not DISTINCTIVE["en"] & DISTINCTIVE["ro"]
