"""Which of our languages a question is written in, whatever the language of the pages around it."""

import re

from contor.services.chat.assistant.protocol import Language
from contor.services.chat.assistant.rules.intents.lexicon import load
from contor.services.chat.assistant.rules.intents.normalize import fold

TELLING: dict[Language, frozenset[str]] = {
    language: frozenset(load("languages")[language].split()) for language in ("en", "ro")
}
MARKED = re.compile("[ăâîșşțţ]", re.IGNORECASE)
"""Letters of Romanian that English has not."""


def spoken(text: str, otherwise: Language) -> Language:
    """The language with more words of its own in `text`; `otherwise` when that is undecided."""
    said = re.findall(r"[a-z]+(?:-[a-z]+)*", fold(text))
    english, romanian = (sum(word in TELLING[language] for word in said) for language in ("en", "ro"))
    romanian += len(MARKED.findall(text))
    return otherwise if english == romanian else "en" if english > romanian else "ro"
