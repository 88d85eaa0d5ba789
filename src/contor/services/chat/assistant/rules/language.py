"""Detects whether a question is in Romanian or English."""

import re

from contor.services.chat.assistant.protocol import Language
from contor.services.chat.assistant.rules.intents.normalize import fold, load_words

DISTINCTIVE: dict[Language, frozenset[str]] = {
    language: frozenset(load_words("languages")[language].split()) for language in ("en", "ro")
}
_ROMANIAN_LETTER = re.compile("[ăâîșşțţ]", re.IGNORECASE)


def detect_language(text: str, default: Language) -> Language:
    """The language with more distinctive words in `text`; `default` when neither has more."""
    found = re.findall(r"[a-z]+(?:-[a-z]+)*", fold(text))
    english, romanian = (sum(word in DISTINCTIVE[language] for word in found) for language in ("en", "ro"))
    romanian += len(_ROMANIAN_LETTER.findall(text))
    return default if english == romanian else "en" if english > romanian else "ro"
